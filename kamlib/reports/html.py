"""A document as one HTML file: no external address, no script, a security policy that forbids both."""

import base64
import json
from functools import cache

from markupsafe import Markup

from kamlib.blocks import environment, stylesheet
from kamlib.fonts import web_font
from kamlib.language import speaking
from kamlib.reports.document import Document


def html_of(document: Document) -> str:
    """The page of a document."""
    provenance = json.dumps(document.provenance, ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")
    with speaking(document.lang):
        return (
            environment()
            .get_template("report.html.j2")
            .render(
                title=document.title,
                lang=document.lang,
                blocks=document.blocks,
                footer=document.footer,
                provenance=Markup(provenance),
                style=Markup(stylesheet()),
                font=font_data(),
            )
        )


@cache
def font_data() -> str:
    """The page's font as base64."""
    return base64.b64encode(web_font()).decode()
