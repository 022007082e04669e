"""Writing a trained network as an int8 ONNX file.

The graph is written node by node instead of traced, so that it holds what onnxruntime runs
fastest (fused attention, layer norms and quantised products) and nothing else. Weights keep
seven bits: products of eight-bit activations then never overflow 16 bits, and processors with
and without VNNI give the same integers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.encoder import DIM, HEADS, WEIGHT_STEPS, Encoder

Array = NDArray[Any]
CONTRIB = "com.microsoft"


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: Array) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, op: str, inputs: list[str], name: str, outputs: int = 1, domain: str = "", **more: Any
    ) -> Any:
        names = [name] if outputs == 1 else [f"{name}.{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=name, domain=domain, **more))
        return names[0] if outputs == 1 else names

    def product(self, x: str, weight: Array, bias: Array, name: str, float32: bool) -> str:
        """x @ weight.T + bias, with int8 weights of one scale per output column."""
        if float32:
            y = self.node("MatMul", [x, self.weight(f"{name}.w", weight.T)], f"{name}.product")
            return str(self.node("Add", [y, self.weight(f"{name}.b", bias)], name))
        steps, scale = _quantised(weight.T, axis=0)
        inputs = [x, self.weight(f"{name}.w", steps), self.weight(f"{name}.scale", scale)]
        inputs += ["", self.weight(f"{name}.b", bias)]
        return str(self.node("DynamicQuantizeMatMul", inputs, name, domain=CONTRIB))

    def norm(self, x: str, skip: str, weight: Array, bias: Array, name: str) -> str:
        """Layer norm of a sum. In two nodes: the fused one of onnxruntime is six times slower on CPU."""
        total = self.node("Add", [x, skip], f"{name}.sum")
        weights = [self.weight(f"{name}.w", weight), self.weight(f"{name}.b", bias)]
        return str(self.node("LayerNormalization", [total, *weights], name, axis=-1, epsilon=1e-12))


def _quantised(weight: Array, axis: int, steps: int = WEIGHT_STEPS) -> tuple[Array, Array]:
    scale = (np.abs(weight).max(axis=axis) / steps).astype(np.float32)
    scale = np.maximum(scale, 1e-12)
    rounded = np.rint(weight / np.expand_dims(scale, axis))
    return np.clip(rounded, -steps, steps).astype(np.int8), scale


def _embed(graph: _Graph, w: dict[str, Array], float32: bool) -> str:
    if float32:
        words = graph.node("Gather", [graph.weight("word", w["word.weight"]), "ids"], "word.rows")
    else:
        steps, scale = _quantised(w["word.weight"], axis=1, steps=127)
        rows = graph.node("Gather", [graph.weight("word", steps), "ids"], "word.steps")
        wide = graph.node("Cast", [rows], "word.wide", to=TensorProto.FLOAT)
        scales = graph.node("Gather", [graph.weight("word.scale", scale[:, None]), "ids"], "word.scales")
        words = graph.node("Mul", [wide, scales], "word.rows")
    case = graph.node("Gather", [graph.weight("case_rows", w["case.weight"]), "case"], "case.rows")
    shape = graph.node("Shape", ["ids"], "shape", start=1, end=2)
    zero, one = graph.weight("zero", np.array([0], np.int64)), graph.weight("one", np.array([1], np.int64))
    positions = graph.node(
        "Slice", [graph.weight("pos", w["pos.weight"]), zero, shape, zero, one], "pos.rows"
    )
    sized = graph.node("Add", [words, positions], "placed")
    return graph.norm(sized, case, w["norm.weight"], w["norm.bias"], "embedded")


def _layer(graph: _Graph, x: str, w: dict[str, Array], at: int, float32: bool) -> str:
    name = f"layers.{at}"

    def linear(source: str, part: str) -> str:
        return graph.product(
            source, w[f"{name}.{part}.weight"], w[f"{name}.{part}.bias"], f"{name}.{part}", float32
        )

    def norm(source: str, skip: str, part: str) -> str:
        weights = (w[f"{name}.{part}.weight"], w[f"{name}.{part}.bias"])
        return graph.norm(source, skip, *weights, f"{name}.{part}")

    q, k, v = graph.node("Split", [linear(x, "qkv")], f"{name}.split", outputs=3, axis=2, num_outputs=3)
    mixed = graph.node("MultiHeadAttention", [q, k, v], f"{name}.attention", domain=CONTRIB, num_heads=HEADS)
    x = norm(linear(mixed, "o"), x, "n1")
    wide = graph.node("Gelu", [linear(x, "up")], f"{name}.gelu", domain=CONTRIB)
    return norm(linear(wide, "down"), x, "n2")


def write(model: Encoder, path: Path, float32: bool = False) -> None:
    """Write the network; inputs ids and case (1 x pieces), output logits (1 x pieces x columns)."""
    w = {name: value.detach().cpu().float().numpy() for name, value in model.state_dict().items()}
    graph = _Graph()
    x = _embed(graph, w, float32)
    for at in range(len(model.layers)):
        x = _layer(graph, x, w, at, float32)
    product = graph.node("MatMul", [x, graph.weight("out.w", w["out.weight"].T)], "out.product")
    graph.node("Add", [product, graph.weight("out.b", w["out.bias"])], "logits")
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "pieces"]) for n in ("ids", "case")
    ]
    columns = w["out.bias"].shape[0]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "pieces", columns])
    body = helper.make_graph(graph.nodes, "spans", inputs, [output], graph.weights)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(CONTRIB, 1)]
    made = helper.make_model(body, opset_imports=opsets, ir_version=9, producer_name="training.export")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.SerializeToString())
    assert DIM % HEADS == 0
