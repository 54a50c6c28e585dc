"""The catalogues of words: Simplified Chinese stands in the code, Traditional Chinese and English beside it.

`python -m tools.words update` takes up new sentences and writes the Traditional ones (OpenCC, Hong Kong forms);
English is written by people. `check` fails while a sentence of the product has no translation, or one has no sentence.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "shared" / "translations"
FACES = ("portal", "staff", "shared")
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
LOCALES = ("zh_Hant", "en")
# What OpenCC leaves as it is on the mainland, or takes for another word.
HONG_KONG = {
    "“": "「",
    "”": "」",
    "回復": "回覆",
    "天后": "天後",
    "單隻": "單只",
    "儘快": "盡快",
    "公佈": "公布",
    "信息": "資料",
    "鏈接": "連結",
    "登錄": "登入",
    "服務器": "伺服器",
    "短信": "短訊",
    "菜單": "選單",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")


def _in_python(
    file: BinaryIO, keywords: Collection[str], comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, list[str | None], list[str]]]:
    """Sentences of a Python file. Babel's own reader sees those inside f-strings only from Python 3.12 on."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in keywords:
            said = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
            yield node.lineno, name, [s if isinstance(s, str) else None for s in said], []


METHODS: list[tuple[str, Any]] = [("**.py", _in_python), ("**/templates/**.html", "jinja2")]


def _sentences() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for face in FACES:
        found = extract_from_dir(
            ROOT / face,
            method_map=METHODS,
            options_map={"**/templates/**.html": {"silent": "false", "trimmed": "true"}},
            keywords=KEYWORDS,
            comment_tags=(),
        )
        for _file, _line, message, _comments, context in found:
            catalog.add(message, context=context)
    return catalog


def _path(locale: str) -> Path:
    return CATALOGUES / locale / "LC_MESSAGES" / "messages.po"


def _catalogue(locale: str) -> Catalog:
    path = _path(locale)
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _write(locale: str, catalog: Catalog) -> None:
    path = _path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Without dates, versions and line numbers the file changes only when words do.
    text = BytesIO()
    write_po(text, catalog, width=110, no_location=True, omit_header=True, sort_output=True)
    plural = catalog.plural_forms
    header = (
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {locale}\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    path.write_bytes(header.encode() + text.getvalue())


def _traditional(message: Message) -> None:
    from opencc import OpenCC

    convert = OpenCC("s2hk").convert

    def written(sentence: str) -> str:
        text = convert(sentence)
        for wrong, right in HONG_KONG.items():
            text = text.replace(wrong, right)
        return text

    said = _strings(message.id)
    message.string = written(said[0]) if len(said) == 1 else (written(said[-1]),)


def update() -> None:
    """Bring both catalogues up to the sentences of the product."""
    for locale in LOCALES:
        catalog = _catalogue(locale)
        catalog.update(_sentences(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        if locale == "zh_Hant":
            for message in catalog:
                if message.id and not _is_done(message):
                    _traditional(message)
        _write(locale, catalog)
        print(
            f"{locale}: {len(catalog)} sentences, {sum(not _is_done(m) for m in catalog if m.id)} to translate"
        )


def _is_done(message: Message) -> bool:
    strings = _strings(message.string)
    return bool(strings) and all(strings) and not message.fuzzy


def _strings(said: str | Collection[str] | None) -> list[str]:
    return [said] if isinstance(said, str) else list(said or ())


def _placeholders_kept(message: Message) -> bool:
    """Every form holds what its sentence holds: `%(name)s`, `%%`, and `{name}` for scripts."""
    wanted = {p for form in _strings(message.id) for p in PLACEHOLDER.findall(form)}
    return all(set(PLACEHOLDER.findall(form)) == wanted for form in _strings(message.string))


def check() -> int:
    """Print what is missing or out of use; gives the number of findings."""
    sentences = {
        message.id if isinstance(message.id, str) else message.id[0] for message in _sentences() if message.id
    }
    findings = 0
    for locale in LOCALES:
        catalog = _catalogue(locale)
        known = {}
        for message in catalog:
            if message.id:
                known[message.id if isinstance(message.id, str) else message.id[0]] = message
        for sentence in sorted(sentences - known.keys()):
            print(f"{locale}: not taken up: {sentence}")
            findings += 1
        for sentence, message in known.items():
            if sentence not in sentences:
                print(f"{locale}: out of use: {sentence}")
            elif not _is_done(message):
                print(f"{locale}: not translated: {sentence}")
            elif not _placeholders_kept(message):
                print(f"{locale}: other placeholders: {sentence}")
            else:
                continue
            findings += 1
    print(f"{len(sentences)} sentences, {findings} findings")
    return findings


if __name__ == "__main__":
    command = sys.argv[1] if len(sys.argv) > 1 else "check"
    if command == "update":
        update()
    else:
        sys.exit(1 if check() else 0)
