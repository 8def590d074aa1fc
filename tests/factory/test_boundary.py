import ast
from pathlib import Path
import sys

from custom_components.chocolate_factory import factory


def test_the_factory_imports_nothing_but_numpy_and_the_standard_library() -> None:
    modules = list(Path(factory.__file__ or "").parent.glob("*.py"))
    assert len(modules) > 5
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, f"{module.name} imports from outside the factory"
                names = [node.module or ""] if node.level == 0 else []
            for name in names:
                assert name.split(".")[0] in {*sys.stdlib_module_names, "numpy"}, module.name
