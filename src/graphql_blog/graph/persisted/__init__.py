"""Documents that are known beforehand, so that clients ask for them by a hash or a name.

operations  which document a request means, and whether it may be asked for
registered  texts that clients registered themselves: automatic persisted queries
trusted     documents that an operator named: the index of ids and texts
manifests   where those are read from: folders and manifests
sources     operations and fragments in the files of a client, with their places
"""
