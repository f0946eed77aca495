#!/usr/bin/env python3
"""Whether every target of Package.swift names exactly what its sources import: that it reads as what depends on what.

The compiler finds a module that another target has built whether or not it is named, so that nothing else would tell.

    swift package describe --type json | Tests/check_imports.py
"""
import json
import re
import sys
from pathlib import Path

package = json.load(sys.stdin)
targets = {target["name"]: target for target in package["targets"]}
ours = set(targets) | {product for target in targets.values() for product in target.get("product_dependencies", [])}
complaints = []
for name, target in targets.items():
    declared = set(target.get("target_dependencies", [])) | set(target.get("product_dependencies", []))
    sources = [Path(package["path"], target["path"], source) for source in target["sources"]]
    imported = {module for source in sources if source.suffix == ".swift"
                for module in re.findall(r"^[ \t]*(?:@?\w+ )*import (\w+)", source.read_text(), re.MULTILINE)}
    complaints += [f"{name} imports {module}, which it does not name" for module in sorted(imported & ours - declared)]
    # A test may need an executable only to run it, and C includes headers.
    needless = declared - imported if any(source.suffix == ".swift" for source in sources) else set()
    complaints += [f"{name} names {module}, which it does not import" for module in sorted(needless)
                   if targets.get(module, {}).get("type") != "executable"]
print(*(f"Package.swift: {complaint}." for complaint in complaints), sep="\n", end="\n" if complaints else "", file=sys.stderr)
sys.exit(1 if complaints else 0)
