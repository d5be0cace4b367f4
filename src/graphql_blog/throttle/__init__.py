"""How much each may ask for: buckets of points that fill again with time.

buckets     a rate, what taking points says, and the buckets of this process
shared      the same for several processes, in Redis; without it each counts for itself
addresses   whom an address stands for: itself, a network, or nobody that is counted
meter       who pays for one request, and from which bucket
logins      wrong passwords: how often one may guess
"""
