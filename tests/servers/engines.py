"""Grammar engines that servers use, asked which texts an answer schema lets through.

Run by the Python of `.venv-servers`: `engines.py NAME`, with `{"schema": …, "texts": […]}` on
standard input; writes `{"seconds": …, "accepted": […]}`. Every engine sees bytes as its tokens,
and a text counts when all of it is taken and the answer may end there.
"""

# ruff: noqa: PLC0415  one engine is asked, and only it needs to be installed
import json
import sys
import time
import types
from collections.abc import Callable

END = 256
BYTES = [bytes([byte]) for byte in range(END)]
Accepts = Callable[[str], bool]


def llguidance(schema: str) -> Accepts:
    """Of guidance, vLLM, SGLang and, as an option, llama.cpp; said to be OpenAI's own base."""
    import llguidance as engine

    tokenizer = engine.LLTokenizer("byte")
    grammar = engine.LLMatcher.grammar_from_json_schema(schema)

    def accepts(text: str) -> bool:
        matcher = engine.LLMatcher(tokenizer, grammar)
        assert not matcher.is_error(), matcher.get_error()
        tokens = list(text.encode())
        return matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()

    return accepts


def outlines(schema: str) -> Accepts:
    """Of vLLM, TGI and Outlines: the schema becomes one regular expression."""
    from outlines_core import Guide, Index, Vocabulary
    from outlines_core.json_schema import build_regex_from_schema

    vocabulary = Vocabulary(END, {one: [number] for number, one in enumerate(BYTES)})
    index = Index(build_regex_from_schema(schema), vocabulary)

    def accepts(text: str) -> bool:
        guide = Guide(index)
        tokens = list(text.encode())
        if not guide.accepts_tokens(tokens):
            return False
        for token in tokens:
            guide.advance(token, return_tokens=False)
        return guide.is_finished() or END in guide.get_tokens()

    return accepts


def xgrammar(schema: str) -> Accepts:
    """Of vLLM, SGLang and TensorRT-LLM. The grammar is C++; only masks need torch."""
    _without_torch()
    import xgrammar as engine

    info = engine.TokenizerInfo([*BYTES, b"</s>"], stop_token_ids=[END])
    grammar = engine.GrammarCompiler(info).compile_json_schema(schema)

    def accepts(text: str) -> bool:
        matcher = engine.GrammarMatcher(grammar)
        return matcher.accept_string(text) and matcher.accept_token(END)

    return accepts


def _without_torch() -> None:
    """Empty modules in the place of what xgrammar imports and does not need for this."""
    import tvm_ffi  # noqa: F401 - looks for torch itself, and must not find ours

    for name in ("torch", "transformers"):
        sys.modules[name] = _Anything(name)


class _Anything(types.ModuleType):
    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__init__": lambda *_, **__: None})


ENGINES = {"llguidance": llguidance, "outlines-core": outlines, "xgrammar": xgrammar}


def main() -> None:
    asked = json.load(sys.stdin)
    begun = time.perf_counter()
    accepts = ENGINES[sys.argv[1]](json.dumps(asked["schema"]))
    seconds = time.perf_counter() - begun
    accepted = [accepts(text) for text in asked["texts"]]
    json.dump({"seconds": seconds, "accepted": accepted}, sys.stdout)


if __name__ == "__main__":
    main()
