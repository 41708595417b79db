"""GET /docs: the API on one plain page, which loads nothing from anywhere."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Turnsmith API</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.5 ui-monospace,monospace}pre{overflow:auto}h2{margin:2rem 0 .25rem}</style>
<h1>Turnsmith API</h1><p>The same as <a href="openapi.json">openapi.json</a>, for people.</p>"""
EXAMPLE = """<h2>An edit</h2><pre>curl -s localhost:8501/edit-scenario \\
  -H 'content-type: application/json' \\
  -d '{"chapterId":"1","story":"[…]","editRequest":"3턴 조개 매점 가격을 110으로"}'</pre>
<h2>An edit as a job</h2><pre>curl -s localhost:8501/edits -H 'Idempotency-Key: a-1' \\
  -H 'content-type: application/json' \\
  -d '{"story":"[…]","editRequest":"3턴 뉴스를 더 신나게","limits":{"locks":["t3.news_tag"]}}'
{"id":"…","status_url":"/edits/…","events_url":"/edits/…/events"}
curl -sN localhost:8501/edits/…/events
curl -s 'localhost:8501/edits/…?story=1'</pre>"""


def page(schema: Mapping[str, Any]) -> str:
    """The operations of an OpenAPI schema, in its order."""
    return HEAD + "".join(_operations(schema)) + EXAMPLE


def _operations(schema: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
            yield f"<p>{escape(operation.get('description', ''))}</p>"
            names = [escape(each["name"]) for each in operation.get("parameters", ())]
            yield f"<p>Parameters: {', '.join(names)}</p>" if names else ""
