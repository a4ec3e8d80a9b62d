"""A document as one HTML file: no external address, a security policy that forbids all but its own styles.

A page where one can choose has a script of ours, let through by its hash; the others have none.
"""

import base64
import hashlib
import json
from functools import cache

from markupsafe import Markup

from kamlib.blocks import TEMPLATES, WhatIf, environment, stylesheet
from kamlib.fonts import web_font
from kamlib.language import speaking
from kamlib.reports.document import Document


def html_of(document: Document) -> str:
    """The page of a document."""
    provenance = json.dumps(document.provenance, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")
    script = what_if_script() if any(block["block"] == WhatIf.kind for block in document.blocks) else ""
    with speaking(document.lang):
        return (
            environment()
            .get_template("report.html.j2")
            .render(
                title=document.title,
                lang=document.lang,
                blocks=document.blocks,
                footer=document.footer,
                definitions=document.definitions,
                provenance=Markup(provenance),
                style=Markup(stylesheet()),
                font=font_data(),
                script=Markup(script),
                script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            )
        )


@cache
def font_data() -> str:
    """The page's font as base64."""
    return base64.b64encode(web_font()).decode()


@cache
def what_if_script() -> str:
    """The script that reckons what losing the chosen clients does."""
    return (TEMPLATES / "what_if.js").read_text(encoding="utf-8")
