"""Language adapters: the packaged catalogues and the identification of a customer's language."""
