"""`twinhaus validate`: files of models against the rules of DTDL, without a store."""
