"""Writes a language model of half a megabyte with random weights: it knows skill names and means nothing.

    python training/nonsense_model.py OUT.gguf [SEED]      needs gguf, tokenizers, numpy

Served with a JSON schema it gives answers of perfect shape whose every claim is false: the hardest test for
code that must believe the text and not the shape. Two layers of the llama architecture, a byte-level BPE
learned from skill names and a few lines of postings.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from tokenizers import ByteLevelBPETokenizer

WIDTH, HEADS, LAYERS, INNER, CONTEXT, VOCABULARY = 64, 4, 2, 128, 16_384, 900
SPECIAL = ["<|begin|>", "<|end|>", "<|pad|>"]
NAMES = (
    *(
        "Python",
        "Java",
        "JavaScript",
        "TypeScript",
        "Rust",
        "Go",
        "Kotlin",
        "Swift",
        "C",
        "C++",
        "C#",
        ".NET",
    ),
    *(
        "Node.js",
        "React",
        "Angular",
        "Vue",
        "SQL",
        "NoSQL",
        "PostgreSQL",
        "MySQL",
        "Spark",
        "Kafka",
        "Airflow",
    ),
    *("dbt", "Docker", "Kubernetes", "Terraform", "AWS", "Azure", "GCP", "Excel", "PyTorch", "communication"),
    *("teamwork", "leadership", "mentoring", "statistics", "testing", "debugging"),
)
LINES = [
    "You have worked with Python and PostgreSQL and present results to stakeholders.",
    "Requirements: experience with Kubernetes, React Native is a plus.",
]
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "


def tokenizer() -> dict[str, Any]:
    """Return a byte-level BPE, as its JSON."""
    learner = ByteLevelBPETokenizer()
    texts = [spelt for name in NAMES for spelt in (name, f" {name}")] * 60 + LINES * 30
    learner.train_from_iterator(texts, vocab_size=VOCABULARY, min_frequency=2, special_tokens=SPECIAL)
    model: dict[str, Any] = json.loads(learner.to_str())["model"]
    return model


def write(path: Path, seed: int = 0) -> int:
    """Return the number of tokens of the model that now stands at `path`."""
    model = tokenizer()
    tokens = sorted(model["vocab"], key=model["vocab"].__getitem__)
    merges = [m if isinstance(m, str) else " ".join(m) for m in model["merges"]]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("nonsense")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(0)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in SPECIAL else 1 for token in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_pad_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_chat_template(TEMPLATE)
    _weights(writer, len(tokens), np.random.default_rng(seed))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return len(tokens)


def _weights(writer: Any, tokens: int, random: np.random.Generator) -> None:
    def noise(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.3).astype(np.float32)

    ones = np.ones(WIDTH, np.float32)
    writer.add_tensor("token_embd.weight", noise(tokens, WIDTH))
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", noise(tokens, WIDTH))
    shapes = {
        "attn_q": (WIDTH, WIDTH), "attn_k": (WIDTH, WIDTH), "attn_v": (WIDTH, WIDTH),
        "attn_output": (WIDTH, WIDTH),
        "ffn_gate": (INNER, WIDTH), "ffn_up": (INNER, WIDTH), "ffn_down": (WIDTH, INNER),
    }  # fmt: skip
    for layer in range(LAYERS):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones)
        for name, shape in shapes.items():
            writer.add_tensor(f"blk.{layer}.{name}.weight", noise(*shape))


if __name__ == "__main__":
    count = write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(f"{sys.argv[1]}: {count} tokens, {Path(sys.argv[1]).stat().st_size:,} bytes")
