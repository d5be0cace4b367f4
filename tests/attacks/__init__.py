"""Attacks on the real server, each with what it must answer, how fast, and who is served meanwhile.

attack       what an attack is, and how it is written down
target       the server that is attacked: its process, its log, its memory
wire         bytes onto sockets, and answers off them
bystander    somebody who only wants to read a post while all this happens
documents    attacks by what a GraphQL document says
lengths      attacks by long documents, and by what they ask of the schema
bodies       attacks by the body around it
forms        attacks by forms of other sites, and by files
addresses    attacks by addresses and headers
texts        attacks by the texts in arguments and parameters
tokens       attacks by tokens that somebody made up
requests     attacks by the way in which HTTP is spoken
table        all of them
"""
