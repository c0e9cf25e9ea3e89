"""A page is one self-contained file, and one that lacks what a report must have is refused."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from evalkit.page import LARGEST, Outline, PageRefused, faults_of
from evalkit.render import render
from evalkit.words import Words

PNG = "data:image/png;base64,iVBORw0KGgo="
TITLE = "<h1>A &amp; <em>B</em></h1><p>Text.</p>"


def shows(html):
    """An output that shows HTML, as Jupyter records it."""
    return new_output("execute_result", {"text/html": html, "text/plain": "<shown>"})


def notebook(*cells):
    """An executed notebook of (tags, *outputs); a plain text is HTML in section `summary`."""
    made = []
    for cell in cells:
        tags, *outputs = (("section:summary",), shows(cell)) if isinstance(cell, str) else cell
        made.append(new_code_cell("report.call()", outputs=outputs, metadata={"tags": list(tags)}))
    return new_notebook(cells=made)


def refused(*cells):
    """The faults for which the page of such a notebook is refused."""
    with pytest.raises(PageRefused) as caught:
        render(notebook(*cells), "en")
    return [code for code, _ in caught.value.faults]


def test_a_page_holds_the_sections_that_show_something_and_no_code():
    """Sections stand in the order of the cells, each once; sources and empty cells are left out."""
    page = render(
        notebook(
            (("parameters",),),
            TITLE,
            "<p>Second.</p>",
            (("section:empty",),),
            (("section:execution", "required"), shows("<h2>Money</h2>")),
        ),
        "zh",
    )
    assert Outline(page).ids == ["main", "summary", "execution"]
    assert page.index("Text.") < page.index("Second.") < page.index("</section>")
    assert "report.call" not in page and "shown" not in page
    assert '<html lang="zh-CN">' in page
    assert "<title>A &amp; B</title>" in page
    assert '<a href="#execution">Money</a>' in page
    assert page == render(
        notebook(TITLE, "<p>Second.</p>", (("section:execution",), shows("<h2>Money</h2>"))), "zh"
    )


def test_a_page_forbids_scripts_and_requests():
    """The policy in the page itself lets nothing in but its own styles and embedded images."""
    policy = render(notebook(TITLE), "en").partition("Content-Security-Policy")[2].partition(">")[0]
    for rule in ("default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"):
        assert rule in policy
    assert "script-src" not in policy


STRAY = [
    new_output("stream", name="stdout", text="debug"),
    new_output("stream", name="stderr", text="Warning: careful"),
    new_output("error", ename="ValueError", evalue="no", traceback=[]),
    new_output("execute_result", {"text/plain": "42"}),
    new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}}),
]


@pytest.mark.parametrize("output", STRAY, ids=lambda each: each.output_type)
def test_what_no_reader_is_meant_to_see_refuses_the_page(output):
    """Prints, warnings, errors, bare values and widgets are not dropped in silence."""
    assert refused(TITLE, (("section:summary",), output)) == ["stray"]


FAULTS = [
    ("<script>1</script>", "active"),
    ("<p onclick='x()'>a</p>", "active"),
    ("<iframe></iframe>", "active"),
    ('<body onload="x()">', "active"),
    ('<BODY style="background: url(x.png)">', "request"),
    ('<img src="https://a.example/b.png" alt="b">', "request"),
    ('<img src="b.png" alt="b">', "request"),
    ('<p style="background: url(x.png)">a</p>', "request"),
    (f'<img src="{PNG}">', "alt"),
    (f'<img src="{PNG}" alt=" ">', "alt"),
    ("<h1>Another</h1>", "title"),
    ("<h4>Too deep</h4>", "heading"),
    ('<p id="a">1</p><p id="a">2</p>', "twice"),
    ('<a href="#gone">1</a>', "link"),
    ('<a href="https://a.example/">1</a>', "link"),
    ('<a href="javascript:x()">1</a>', "link"),
    ("x" * LARGEST, "heavy"),
]


@pytest.mark.parametrize(("html", "code"), FAULTS, ids=[f"{c}-{h[:20]}" for h, c in FAULTS])
def test_a_planted_fault_refuses_the_page(html, code):
    """Each fault is found alone and by its own name."""
    assert refused(TITLE, html) == [code]


def test_a_lost_section_refuses_the_page():
    """A section with a cell tagged `required` must show something."""
    assert refused(TITLE, (("section:execution", "required"),)) == ["section"]
    assert render(notebook(TITLE, (("section:execution",),)), "en")


def test_a_clean_page_has_no_faults():
    """What reports consist of is not held against them."""
    html = f"""<h1>A</h1><section id="s"><h2>B</h2><a href="#fact-a%2Fb">1</a>
    <td id="fact-a/b"></td><figure><img src="{PNG}" alt="c"></figure></section>"""
    assert faults_of(html, ["s"]) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", sorted({code for _, code in FAULTS} | {"section", "stray"}))
def test_each_fault_has_its_sentence(code, lang):
    """Whoever reads of a refused page reads what was found."""
    assert "<this>" in Words(lang).plain("cli", f"fault_{code}", {}, {"found": "<this>"})
