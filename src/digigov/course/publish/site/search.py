"""The search of the site: pagefind's index and program in one script.

pagefind's program fetches the files of its index, which a browser allows no page that was opened
from a disk. So the files become a script, and ``search.js`` hands them to the program.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import re
import tempfile
import zlib
from pathlib import Path

from digigov.course.errors import CourseError
from digigov.course.publish.markup import script_json

# Pages say where sections begin; pagefind looks for that at the headings.
_SECTION = re.compile(r'<section id="([^"]+)">((?:\s*<span id="[^"]*"></span>)*\s*<h\d)>')
_ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)

LEFT_OUT = ("details.digigov-numbers", "dl.downloads", "figure", "math")
"""Parts of a page that nobody looks for."""

PROGRAM = "pagefind.js"
INDEX = {".json", ".pagefind", ".pf_fragment", ".pf_index", ".pf_meta"}
"""Files of pagefind that a search reads; the others are interfaces that the site does not use."""

LOOKS = 300
"""How often, ten times a second, the files are looked at before they count as broken."""


def write_search(folder: Path, lang: str) -> int:
    """Make the search of one language.

    Parameters
    ----------
    folder : Path
        Finished pages; the script is written below it.
    lang : str

    Returns
    -------
    int
        Number of pages that it finds.
    """
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        article = _ARTICLE.search(path.read_text(encoding="utf-8"))
        if article:
            body = _SECTION.sub(r'<section>\2 id="\1">', article[1])
            pages[path.relative_to(folder).as_posix()] = f"<html><body>{body}</body></html>"
    files = asyncio.run(_index(pages, lang))
    program = files.pop(PROGRAM).decode()
    encoded = {name: base64.b64encode(content).decode() for name, content in files.items()}
    text = f"const courseSearch = {script_json({'program': program, 'files': encoded})};\n"
    (folder / "_static" / "search-index.js").write_text(text, encoding="utf-8")
    return len(pages)


async def _index(pages: dict[str, str], lang: str) -> dict[str, bytes]:
    """Files of pagefind that a search needs, by name."""
    from pagefind.index import IndexConfig
    from pagefind.service import PagefindService

    config = IndexConfig(force_language=lang, exclude_selectors=LEFT_OUT)
    async with PagefindService() as service:
        index = await service.create_index(config)
        for url, text in pages.items():
            await index.add_html_file(content=text, url=url)
        with tempfile.TemporaryDirectory() as name:
            await index.write_files(name)
            # It answers before the last bytes are on the disk.
            for _look in range(LOOKS):
                files = {
                    path.relative_to(name).as_posix(): path.read_bytes()
                    for path in sorted(Path(name).rglob("*"))
                    if path.name == PROGRAM or path.suffix in INDEX
                }
                if PROGRAM in files and all(is_whole(*file) for file in files.items()):
                    return files
                await asyncio.sleep(0.1)
    raise CourseError("pagefind did not write the whole index of the search; try again")


def is_whole(name: str, content: bytes) -> bool:
    """Whether a file of pagefind has all its bytes, by its own form."""
    if not content:
        return False
    try:
        if name == PROGRAM:
            return content.rstrip().endswith(b"};") and b"export{" in content[-500:]
        if name.endswith(".json"):
            json.loads(content)
        else:
            gzip.decompress(content)
    except (ValueError, EOFError, OSError, zlib.error):
        return False
    return True
