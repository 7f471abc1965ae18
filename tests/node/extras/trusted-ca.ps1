# .NET on Linux reads the machine's roots where SSL_CERT_DIR says: in the folder into which Import-Certificate puts them here.
