"""The database: tables (`models`) and the types their columns are made of (`columns`)."""
