"""Makes the pages that are served at /docs from the Markdown of this repository and from the contract."""
