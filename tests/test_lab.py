"""The desk in a real JupyterLab and a real browser, as an analyst uses it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from evalkit.cli import main
from run import lab_settings

ROOT = Path(__file__).parents[1]
PROJECT = "minhang-logistics-2018"
TOKEN = "lab-of-the-tests"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
WAIT = 60_000  # ms: a busy machine is no fault
expect.set_options(timeout=WAIT)  # a machine may be busy; what is right comes at last


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of what an analyst has: the notebooks and the projects."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copytree(ROOT / "params", home / "params", ignore=shutil.ignore_patterns("scenarios"))
    return home


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """A JupyterLab with the settings of ``python run.py lab``, in Chinese, and its address."""
    own = tmp_path_factory.mktemp("jupyter")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
             "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | {name: str(own / name) for name in names}

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyter", "lab", *lab_settings(folder),
        "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root",
        f"--IdentityProvider.token={TOKEN}", "--expose-app-in-browser",
    ]  # fmt: skip
    with (own / "log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            assert server.poll() is None, (own / "log").read_text()
            try:
                urllib.request.urlopen(f"{address}/api?token={TOKEN}").close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def page(lab, chromium_path):
    """The browser after it opened Lab's own address and ran all cells of what stood there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=QUIET)
        opened = browser.new_page(viewport={"width": 1500, "height": 1300})
        opened.set_default_timeout(WAIT)
        opened.outside, opened.complaints = [], []
        local = (lab, lab.replace("http", "ws", 1), "data:", "blob:")
        opened.on(
            "request", lambda r: None if r.url.startswith(local) else opened.outside.append(r.url)
        )
        opened.on(
            "console",
            lambda each: opened.complaints.append(each.text) if each.type == "error" else None,
        )
        opened.on("pageerror", lambda each: opened.complaints.append(str(each)))
        opened.goto(f"{lab}/?token={TOKEN}")
        opened.wait_for_function(f"{KERNEL}?.status === 'idle'")
        opened.asked = opened.locator(".jp-Dialog, .jp-toast-message").count()
        opened.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        opened.locator(".evalkit-desk .judged").wait_for()
        yield opened
        browser.close()


def figure(page, name, column=2):
    """A cell of the table of key figures: 1 is as filed, 2 is now, 3 the difference."""
    row = page.locator(".table-key_figures tbody tr", has=page.get_by_role("rowheader", name=name))
    return row.first.locator("th, td").nth(column)


def open_part(page, name):
    """Open a part of the controls, if it is not open, and return it."""
    header = page.locator(".evalkit-desk .jupyter-widget-Collapse-header", has_text=name)
    part = header.locator("xpath=..")
    if not part.locator(".jupyter-widget-Collapse-contents").is_visible():
        header.click()
    expect(part.locator(".jupyter-widget-Collapse-contents")).to_be_visible()
    settled(page)
    return part


def choose(page, label, value):
    """Choose something in a list by its label."""
    page.locator(".evalkit-desk").get_by_label(label, exact=True).first.select_option(value)


@pytest.fixture
def reference(page):
    """The reference project as filed, in Chinese."""
    if page.locator(".evalkit-desk").get_by_label("Language", exact=True).count():
        choose(page, "Language", "中文")
        page.locator(".evalkit-desk").get_by_label("语言", exact=True).wait_for()
    choose(page, "项目", "fengdu-auxpolice-2022")
    expect(figure(page, "预算安排", 1)).not_to_contain_text("3,780.92")
    choose(page, "项目", PROJECT)
    expect(figure(page, "预算安排", 1)).to_have_text("3,780.92 万元")
    settled(page)
    return page


def settled(page):
    """Wait until the kernel and the page have done all that was asked: controls are made anew."""
    page.wait_for_timeout(400)  # the checks are run a moment after the last move
    page.wait_for_function(f"{KERNEL}?.status === 'idle'")
    page.wait_for_timeout(100)


def test_it_opens_at_the_notebook_in_chinese_and_asks_nothing(page):
    """The menus speak Chinese, the notebook is open, no dialogue and no news stood in the way."""
    assert page.asked == 0
    assert page.locator(".lm-MenuBar").inner_text().split()[:3] == ["文件", "编辑", "查看"]
    assert "explore.ipynb" in page.locator(".lm-TabBar-tab.jp-mod-current").first.inner_text()


def test_another_project_is_shown(reference):
    """The reference project with its verdict and its charts, each with words for it."""
    expect(reference.locator(".evalkit-desk .judged strong").first).to_have_text("运行基本正常")
    charts = reference.locator(".evalkit-desk .charts img")
    expect(charts).to_have_count(2)
    assert all(charts.evaluate_all("all => all.map(each => each.alt)"))


def test_a_slider_moves_by_the_keyboard(reference):
    """An arrow key moves the heads of a post: 98 − 95 of 340 are left, and the change is told."""
    slider = open_part(reference, "岗位人数").locator(".noUi-handle").nth(2)
    slider.focus()
    slider.press("ArrowLeft")
    # A slider to 200 moves by fives, from the nearest one: 98 is 95 then.
    expect(figure(reference, "核定人数")).to_have_text("337")
    expect(figure(reference, "核定人数", 3)).to_have_text("-3")
    expect(reference.get_by_label("核定人数", exact=True).nth(2)).to_have_value("95")
    reference.get_by_role("button", name="撤销").click()
    expect(figure(reference, "核定人数")).to_have_text("340")
    expect(reference.get_by_label("核定人数", exact=True).nth(2)).to_have_value("98")


def test_a_date_moves_the_schedule(reference):
    """At the end of June six months of twelve are gone, at the end of August eight."""
    open_part(reference, "项目与日期")
    reference.get_by_label("跟踪时点", exact=True).fill("2018-06-30")
    reference.keyboard.press("Tab")
    expect(figure(reference, "时间进度")).to_have_text("50.00%")
    reference.get_by_role("button", name="恢复填报值").click()
    expect(figure(reference, "时间进度")).to_have_text("66.67%")


def test_findings_appear_and_vanish(reference):
    """With 340 uniforms for 340 heads the finding about them is gone, and struck out."""
    lines = open_part(reference, "预算与预算内容")
    gone = reference.locator(".evalkit-desk .found .gone")
    expect(gone).to_have_count(0)
    box = lines.get_by_label("数量", exact=True).first
    box.fill("340")
    box.press("Enter")
    expect(gone.filter(has_text="服装费").first).to_be_visible()


def test_what_cannot_be_is_told_beside_its_control(reference):
    """A head count that is none: in words at the control; the figures stay as they were."""
    open_part(reference, "岗位人数")
    box = reference.get_by_label("核定人数", exact=True).nth(2)
    box.fill("九十")
    box.press("Enter")
    told = reference.locator(".evalkit-desk .evalkit-part .evalkit-fault")
    expect(told.last).to_contain_text("应为：整数")
    expect(figure(reference, "核定人数")).to_have_text("340")
    assert "Traceback" not in reference.locator(".jp-Notebook").inner_text()


def test_a_scenario_is_saved_compared_and_loaded(reference, folder):
    """The file is there, the check takes it, it names its origin, and it comes back."""
    open_part(reference, "岗位人数")
    box = reference.get_by_label("核定人数", exact=True).nth(2)
    box.fill("90")
    box.press("Enter")
    expect(figure(reference, "核定人数")).to_have_text("332")
    open_part(reference, "情景")
    name = reference.get_by_label("情景名称", exact=True)
    for wrong, told in (("a/b", "不能用于文件名"), ("普通岗位 90 人", "已保存"),
                        ("普通岗位 90 人", "已有名为")):  # fmt: skip
        name.fill(wrong)
        name.press("Tab")
        settled(reference)  # a click may overtake what was typed while the kernel was at work
        reference.get_by_role("button", name="保存为新参数文件").click()
        expect(reference.locator(".evalkit-desk [role=alert], .evalkit-desk .evalkit-told").first
               ).to_contain_text(told)  # fmt: skip
    [saved] = (folder / "params" / "scenarios").glob("*.yaml")
    text = saved.read_text("utf-8")
    assert f"  project: {PROJECT}\n" in text and "  scenario: 普通岗位 90 人\n" in text
    assert main(["check", str(saved)]) == 1  # its findings, and no mistake of the file (2)
    reference.get_by_role("button", name="并排比较").click()
    compared = reference.locator(".evalkit-desk .compared table", has_text="改动的参数")
    expect(compared).to_contain_text("工勤普通：核定人数")
    reference.get_by_role("button", name="恢复填报值").click()
    expect(figure(reference, "核定人数")).to_have_text("340")
    reference.get_by_role("button", name="载入").click()
    expect(figure(reference, "核定人数")).to_have_text("332")


def test_english(reference):
    """Another language says all of it; the state stays."""
    open_part(reference, "岗位人数")
    box = reference.get_by_label("核定人数", exact=True).nth(2)
    box.fill("91")
    box.press("Enter")
    expect(figure(reference, "核定人数")).to_have_text("333")
    choose(reference, "语言", "English")
    expect(reference.locator(".evalkit-desk .judged strong").first).to_have_text(
        "Running basically normally"
    )
    expect(figure(reference, "Approved headcount")).to_have_text("333")
    words = reference.locator(".evalkit-desk .evalkit-part").first.inner_text()
    assert "核" not in words.replace("中文", "")


def test_every_control_has_a_label(reference):
    """Each list, box and button is named for who cannot see it; each chart has its words."""
    open_part(reference, "评价结果")
    reference.get_by_label("评价结果", exact=True).first.wait_for()
    nameless = reference.locator(".evalkit-desk").evaluate(
        "desk => [...desk.querySelectorAll('select, input, button')]"
        ".filter(each => !each.labels?.length && !each.textContent.trim() && !each.title).length"
    )
    assert nameless == 0


def test_nothing_left_the_machine_and_the_console_is_clean(reference, tmp_path):
    """All requests went to the server on this machine; nothing was complained of."""
    picture = tmp_path / "desk.png"
    reference.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
    assert reference.outside == []
    assert reference.complaints == []
