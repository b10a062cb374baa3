"""The oblivious function agrees with RFC 9497's own vectors, with an implementation in Rust, and notices another key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from voprf import ristretto

from headwater.exchange import group, oprf
from headwater.exchange.errors import TamperedError

h = bytes.fromhex
SEED, INFO = h("a3" * 32), b"test key"
INPUTS = [h("00"), h("5a" * 17)]
BLIND = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"
OTHER = "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"
# RFC 9497, appendix A.1.1: the mode without proof
PLAIN_KEY = "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e"
PLAIN = [
    (
        "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
        "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
        "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6",
    ),
    (
        "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
        "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
        "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73",
    ),
]
# A.1.2: the mode with proof; the third is a batch of two
PROVED_KEY = "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"
PUBLIC = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"
OUTPUTS = [
    "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
]
PROVED = [
    (
        INPUTS[:1],
        [BLIND],
        ["863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945"],
        ["aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e"],
        OTHER,
        "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
        OUTPUTS[:1],
    ),
    (
        INPUTS[1:],
        [BLIND],
        ["cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c"],
        ["60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468"],
        OTHER,
        "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
        OUTPUTS[1:],
    ),
    (
        INPUTS,
        [BLIND, OTHER],
        [
            "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
            "90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
        ],
        [
            "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
            "cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
        ],
        "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
        "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08",
        OUTPUTS,
    ),
]


@pytest.mark.parametrize("place", [0, 1])
def test_the_mode_without_proof_gives_the_rfcs_values(place: int) -> None:
    secret = oprf.derive_key(SEED, INFO, "oprf")
    assert group.encode(secret) == h(PLAIN_KEY)
    blind, (blinded, evaluated, output) = group.decode(h(BLIND)), PLAIN[place]
    asked = oprf.blind([INPUTS[place]], [blind], "oprf")
    answered = oprf.Holder(secret, "oprf").blind_evaluate(asked)
    assert (asked, answered) == ([h(blinded)], [h(evaluated)])
    assert oprf.finalize([INPUTS[place]], [blind], answered) == [h(output)]
    assert oprf.evaluate(secret, [INPUTS[place]], "oprf") == [h(output)]


@pytest.mark.parametrize("vector", PROVED, ids=["first", "second", "batch"])
def test_the_mode_with_proof_gives_the_rfcs_values_and_proofs(
    vector: tuple[list[bytes], list[str], list[str], list[str], str, str, list[str]],
) -> None:
    inputs, blinds, blinded, evaluated, nonce, proof, outputs = vector
    holder = oprf.Holder(oprf.derive_key(SEED, INFO, "voprf"))
    assert (group.encode(holder.secret), holder.public) == (h(PROVED_KEY), h(PUBLIC))
    factors = [group.decode(h(each)) for each in blinds]
    asked = oprf.blind(inputs, factors, "voprf")
    answered = holder.blind_evaluate(asked)
    assert asked == [h(each) for each in blinded]
    assert answered == [h(each) for each in evaluated]
    assert holder.prove(asked, answered, group.decode(h(nonce)), whole=False) == h(proof)
    oprf.verify(holder.public, asked, answered, h(proof), whole=False)
    assert oprf.finalize(inputs, factors, answered) == [h(each) for each in outputs]


def test_an_implementation_in_rust_asks_and_gets_the_same() -> None:
    seed, theirs = bytes(range(32)), [ristretto.Client.blind(each) for each in INPUTS]
    server = ristretto.Evaluator.from_seed(seed, INFO)
    holder = oprf.Holder(oprf.derive_key(seed, INFO, "voprf"))
    assert server.public_key.serialize() == holder.public
    assert [server.evaluate_known_input(each) for each in INPUTS] == oprf.evaluate(holder.secret, INPUTS, "voprf")
    blinded = [each.serialize() for _, each in theirs]
    answered = holder.blind_evaluate(blinded)
    single = [
        ristretto.VerifiableOutput.deserialize(holder.prove([before], [after], whole=False) + after)
        for before, after in zip(blinded, answered, strict=True)
    ]
    outputs = [c.finalize(o, server.public_key) for (c, _), o in zip(theirs, single, strict=True)]
    assert outputs == oprf.evaluate(holder.secret, INPUTS, "voprf")


def test_another_key_for_one_item_of_many_is_noticed() -> None:
    honest, other = (oprf.Holder(oprf.derive_key(bytes([n]) * 32, b"", "voprf")) for n in (1, 2))
    asked = oprf.blind([b"a", b"b", b"c"], oprf.blinds(b"s" * 32, 0, 3), "voprf")
    answered = [*honest.blind_evaluate(asked[:2]), *other.blind_evaluate(asked[2:])]
    with pytest.raises(TamperedError, match="another key"):
        oprf.verify(honest.public, asked, answered, honest.prove(asked, answered))
    with pytest.raises(TamperedError, match="another key"):
        oprf.verify(honest.public, asked, other.blind_evaluate(asked), other.prove(asked, other.blind_evaluate(asked)))


def test_weights_of_a_proof_depend_on_every_value() -> None:
    holder = oprf.Holder(oprf.derive_key(SEED, INFO, "voprf"))
    asked = oprf.blind([b"a", b"b", b"c"], oprf.blinds(b"s" * 32, 0, 3), "voprf")
    answered = holder.blind_evaluate(asked)
    changed = [*answered[:2], asked[2]]
    first, other = (oprf.weights(holder.public, asked, each, whole=True) for each in (answered, changed))
    assert not set(first) & set(other)
    plain, rfc = (oprf.weights(holder.public, asked, each, whole=False) for each in (answered, changed))
    assert (plain[:2], plain[2] != rfc[2]) == (rfc[:2], True)  # what a holder could choose place by place
    with pytest.raises(TamperedError, match="another key"):
        oprf.verify(holder.public, asked, answered, holder.prove(asked, answered, whole=False))
    oprf.verify(holder.public, asked, answered, holder.prove(asked, answered))


@pytest.mark.parametrize("proof", [b"", bytes(64), b"\xff" * 64])
def test_a_proof_that_is_none_is_noticed(proof: bytes) -> None:
    holder = oprf.Holder(oprf.derive_key(SEED, INFO, "voprf"))
    asked = oprf.blind([b"a"], [7], "voprf")
    with pytest.raises(TamperedError):
        oprf.verify(holder.public, asked, holder.blind_evaluate(asked), proof)


@pytest.mark.parametrize("data", [bytes(32), b"\xff" * 32, b"\x01" + bytes(31)])
def test_what_is_no_point_is_not_multiplied(data: bytes) -> None:
    with pytest.raises(TamperedError, match="no point"):
        oprf.Holder(5).blind_evaluate([data])


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4))
@settings(max_examples=15)
def test_blinds_come_off_whatever_they_are(inputs: list[bytes]) -> None:
    holder = oprf.Holder(oprf.derive_key(SEED, INFO, "oprf"), "oprf")
    direct = oprf.evaluate(holder.secret, inputs, "oprf")
    for seed in (b"a" * 32, b"b" * 32):
        factors = oprf.blinds(seed, 3, len(inputs))
        asked = oprf.blind(inputs, factors, "oprf")
        assert oprf.finalize(inputs, factors, holder.blind_evaluate(asked)) == direct


def test_the_copy_of_libsodium_is_not_left_behind_and_no_key_is_shown() -> None:
    from rbcl import _sodium

    group.base_multiple(1)
    assert not Path(_sodium._name).exists()
    assert "12345" not in repr(oprf.Holder(12345))
