"""llama.cpp's own server with a model made here, whose answers are known beforehand.

Run by the Python of `.venv-servers`: `llama.py PORT KIND FOLDER`. The model has no memory: each
token names the next one, and after any prompt it would chat, unless a grammar forbids it.
"""

# ruff: noqa: PLC0415  only where it runs are its packages installed

import sys
import time
from pathlib import Path

KEY = "sk-right"
NAME = "tiny"
NEWS = "내일은 해변에서 모래성 대회가 열린대요!"
REPLY = "바꿨어요."
CHAT, BEGIN, END = (
    "네, ",
    '{"changes":[{"op":"set","at":"t3.news","to":"',
    '"}],"reply":"바꿨어요."}',
)
WORDS = (CHAT, BEGIN, NEWS, END)
NEXT = {"": (CHAT, BEGIN), CHAT: (NEWS,), BEGIN: (NEWS,), NEWS: (END,), END: ("</s>",)}
"""What a word is followed by, the likeliest first; "" is any other token."""
ENDLESS = {**NEXT, NEWS: (NEWS,)}
KINDS = {"honest": NEXT, "endless": ENDLESS}

SIZE = 32
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}assistant: "
)
TOKENS = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *WORDS]


def write(path: Path, following: dict[str, tuple[str, ...]]) -> None:
    """A Llama of one layer that does nothing: what is read goes to what is written."""
    import gguf

    file = gguf.GGUFWriter(path, "llama")
    file.add_context_length(65536)
    file.add_embedding_length(SIZE)
    file.add_feed_forward_length(SIZE)
    file.add_block_count(1)
    file.add_head_count(1)
    file.add_head_count_kv(1)
    file.add_rope_dimension_count(SIZE)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_vocab_size(len(TOKENS))
    _add_tokens(file)
    _add_weights(file, following)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()


def _add_tokens(file: object) -> None:
    from gguf import TokenType as Type

    plain = [Type.NORMAL] * len(WORDS)
    file.add_tokenizer_model("llama")
    file.add_token_list(TOKENS)
    file.add_token_scores([0.0] * len(TOKENS))
    file.add_token_types([Type.UNKNOWN, *[Type.CONTROL] * 2, *[Type.BYTE] * 256, *plain])
    file.add_unk_token_id(0)
    file.add_bos_token_id(1)
    file.add_eos_token_id(2)
    file.add_add_space_prefix(False)
    file.add_chat_template(TEMPLATE)


def _add_weights(file: object, following: dict[str, tuple[str, ...]]) -> None:
    import numpy as np

    read, written = (np.zeros((len(TOKENS), SIZE), np.float32) for _ in range(2))
    read[:, 0] = 1
    for state, (word, then) in enumerate(following.items()):
        if word:
            read[TOKENS.index(word)] = np.eye(SIZE)[state]
        for rank, token in enumerate(then):
            written[TOKENS.index(token), state] = 10 - 3 * rank
    nothing, same = np.zeros((SIZE, SIZE), np.float32), np.ones(SIZE, np.float32)
    file.add_tensor("token_embd.weight", read)
    file.add_tensor("output.weight", written)
    for norm in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        file.add_tensor(f"{norm}.weight", same)
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        file.add_tensor(f"blk.0.{part}.weight", nothing)


def serve(port: int, path: Path) -> None:
    import xllamacpp

    chosen = xllamacpp.CommonParams()
    chosen.model.path, chosen.model_alias = str(path), {NAME}
    chosen.hostnames, chosen.port, chosen.api_keys = ["127.0.0.1"], port, [KEY]
    chosen.n_ctx, chosen.n_parallel, chosen.warmup = 65536, 2, False
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = 1
    chosen.use_jinja = chosen.endpoint_slots = True
    chosen.sampling.temp = 0.0
    server = xllamacpp.Server(chosen)
    while server:
        time.sleep(1)


if __name__ == "__main__":
    port, kind, folder = sys.argv[1:]
    model = Path(folder, f"{kind}.gguf")
    write(model, KINDS[kind])
    serve(int(port), model)
