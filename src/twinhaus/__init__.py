"""An open, self-hosted digital-twin graph server for buildings."""
