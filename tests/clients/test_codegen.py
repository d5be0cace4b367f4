"""GraphQL Code Generator: what it makes of the schema has the compiler find mistakes."""

import hashlib
import json

import pytest

pytestmark = pytest.mark.xdist_group("clients")

# In place of a line of the page's program, and what TypeScript says of it.
MISTAKES = {
    "${post?.title},": ("${post?.titel},", "Property 'titel' does not exist on type"),
    '{ id: "1" }': ("{ id: null }", "Type 'null' is not assignable to type 'string | number'."),
    "input: draft }": ("input: {} }", "Type '{}' is missing the following properties"),
    "post?.publishedAt;": (
        "post!.author.posts;",
        "Property 'posts' does not exist on type '{ name: string; }'.",
    ),
}


def test_the_compiler_finds_what_the_schema_does_not_allow(generated):
    right = (generated.folder / "src" / "main.ts").read_text()
    for number, (line, (mistake, _)) in enumerate(MISTAKES.items()):
        assert line in right
        generated.write(f"src/wrong{number}.ts", right.replace(line, mistake, 1))

    compiled = generated.tried("npx tsc --noEmit --strict --pretty false")

    errors = [line for line in compiled.stdout.splitlines() if line.startswith("src/")]
    assert len(errors) == len(MISTAKES)
    for number, (_, said) in enumerate(MISTAKES.values()):
        assert errors[number].startswith(f"src/wrong{number}.ts(")
        assert said in errors[number]


def test_persisted_documents_are_a_manifest_by_hash(generated):
    manifest = json.loads((generated.folder / "src/gql/persisted-documents.json").read_text())

    names = [text.split()[1].split("(")[0] for text in manifest.values()]
    hashes = [f"sha256:{hashlib.sha256(text.encode()).hexdigest()}" for text in manifest.values()]
    assert names == ["Post", "Page", "Login", "CreatePost"]
    assert list(manifest) == hashes
