"""All attacks that are a request and its answer, by kind."""

from tests.attacks.addresses import ADDRESSES
from tests.attacks.attack import Attack
from tests.attacks.bodies import BODIES
from tests.attacks.documents import DOCUMENTS
from tests.attacks.forms import FORMS
from tests.attacks.lengths import LENGTHS
from tests.attacks.requests import REQUESTS
from tests.attacks.tokens import TOKENS

KINDS = {
    "documents": DOCUMENTS,
    "long documents": LENGTHS,
    "bodies": BODIES,
    "forms": FORMS,
    "addresses and headers": ADDRESSES,
    "tokens": TOKENS,
    "requests": REQUESTS,
}
ATTACKS: list[Attack] = [attack for attacks in KINDS.values() for attack in attacks]
