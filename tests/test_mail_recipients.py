"""Who gets what: files of recipients and addresses, their mistakes with line and column."""

import pytest

from evalkit.errors import ParamsFaults
from evalkit.explain import explain
from evalkit.mail.addresses import BadAddress, Person, people_in
from evalkit.mail.recipients import read_recipients


def people(folder, text, name="people.yaml", projects=("a",)):
    """What a file says, as (to, cc) of each project."""
    path = folder / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return {
        project: tuple([str(each) for each in side] for side in sides)
        for project, sides in read_recipients(path, projects).items()
    }


def faults(folder, text, name="people.yaml", projects=("a",)):
    """The mistakes of a file as `line:column code`; each can be told in both languages."""
    with pytest.raises(ParamsFaults) as raised:
        people(folder, text, name, projects)
    for fault in raised.value.faults:
        assert all(name in explain(fault, lang) for lang in ("zh", "en"))
    return [f"{fault.line}:{fault.column} {fault.code}" for fault in raised.value.faults]


def test_yaml_in_all_its_forms(tmp_path):
    """A text, a list, to and cc; each address once; more projects than are mailed."""
    text = """\
a: 张三 <z@x.cn>
b: [z@x.cn, '"李, 四" <l@x.cn>; w@x.cn']
c:
  to: Z@x.cn
  cc:
    - z@x.cn
    - "王五 <w@x.cn>"
"""
    text = text.replace('"李, 四 <l@x.cn>; w@x.cn"', "'\"李, 四\" <l@x.cn>; w@x.cn'")
    assert people(tmp_path, text) == {
        "a": (["张三 <z@x.cn>"], []),
        "b": (["z@x.cn", "李, 四 <l@x.cn>", "w@x.cn"], []),
        "c": (["Z@x.cn"], ["王五 <w@x.cn>"]),
    }


@pytest.mark.parametrize("head", [
    "project_id,kind,name,address", "项目编号,方式,姓名,邮箱", "项目编号,收件方式,收件人,电子邮箱",
])  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_with_a_row_a_person(tmp_path, head, encoding):
    """Headings in either language, as Excel saves it; to where nothing is said."""
    text = f"{head}\na,主送,张三,z@x.cn\na,抄送,,l@x.cn\nb,,,w@x.cn\n"
    assert people(tmp_path, text.encode(encoding), "people.csv") == {
        "a": (["张三 <z@x.cn>"], ["l@x.cn"]),
        "b": (["w@x.cn"], []),
    }


def test_all_mistakes_of_a_yaml_file_with_their_places(tmp_path):
    """Each where it stands, none hides another."""
    text = """\
a:
  to: [z@x.cn, "аdmin@x.cn", 5]
  bcc: x@y.cn
b: "a\\u200b@x.cn"
c:
  cc: l@x.cn
"""
    assert faults(tmp_path, text, projects=("a", "b", "c", "ab")) == [
        "2:16 address_mixed", "2:30 address_form", "3:3 unknown_key", "4:4 address_unseen",
        "0:0 recipients_missing", "0:0 recipients_missing",
    ]  # fmt: skip


def test_all_mistakes_of_a_table_with_their_places(tmp_path):
    """Row and column, as in every table."""
    text = "项目编号,方式,邮箱\na,密送,z@x.cn\n,主送,z@x.cn\na,主送,no\na,主送,\n"
    assert faults(tmp_path, text, "people.csv") == [
        "2:2 not_a_choice", "3:1 blank_project", "4:3 address_form", "5:3 address_empty",
    ]  # fmt: skip
    assert faults(tmp_path, "name,mail\nx,y\n", "people.csv") == [
        "1:1 missing_column", "1:1 missing_column",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [
    ("- a@x.cn\n", "1:1 not_a_mapping"), ("a: 'x\n", "1:4 not_closed"),
    ("a: &x z@x.cn\n", "1:4 anchor"),
    ("a: [" + ", ".join(f"p{n}@x.cn" for n in range(200)) + "]\n", "0:0 recipients_many"),
])  # fmt: skip
def test_what_is_no_list_of_recipients(tmp_path, text, code):
    """Told like any mistake of a file."""
    assert code in faults(tmp_path, text)


def test_a_missing_file_is_told(tmp_path):
    """As of any file."""
    with pytest.raises(ParamsFaults) as raised:
        read_recipients(tmp_path / "none.yaml", ["a"])
    assert [fault.code for fault in raised.value.faults] == ["missing_file"]


def test_a_near_name_is_offered(tmp_path):
    """For a project that goes to nobody because its id is mistyped."""
    (tmp_path / "p.yaml").write_text("canteen-2024: a@x.cn\n")
    with pytest.raises(ParamsFaults) as raised:
        read_recipients(tmp_path / "p.yaml", ["canteens-2024"])
    assert "did you mean canteen-2024?" in explain(raised.value.faults[0], "en")


FINE = {
    "a@x.cn": ("", "a@x.cn"),
    " 张三 < a@x.cn > ": ("张三", "a@x.cn"),
    '"Zhang, San" <a.b+c@X.Gov.CN>': ("Zhang, San", "a.b+c@x.gov.cn"),
    "Ångström K. <a@x.cn>": ("Ångström K.", "a@x.cn"),
    "Николай <a@x.cn>": ("Николай", "a@x.cn"),
    "張三（財政局·績效科） <a@x.cn>": ("張三（財政局·績效科）", "a@x.cn"),
    "a@财政局.中国": ("", "a@xn--dgt32shz8a.xn--fiqs8s"),
}


@pytest.mark.parametrize(("text", "expected"), FINE.items())
def test_addresses_as_people_write_them(text, expected):
    """Names in any script, domains in Chinese characters as servers take them."""
    assert people_in(text) == [Person(*expected)]


BAD = {
    "address_empty": ["", " ; ，"],
    "address_unseen": ["a\u200b@x.cn", "a@x\u00ad.cn", "张\u202e三 <a@x.cn>",
                       "a@x.cn\r\nBcc: b@x.cn", "\x1b[31m <a@x.cn>", "a\x00@x.cn"],
    "address_mixed": ["аdmin@x.cn", "admin@еxample.cn", "admin@xn--e1afmkfd.cn", "Аdmin <a@x.cn>",
                      "a@exaｍple.cn", "Αlpha <a@x.cn>", "张三@x.cn"],
    "address_form": ["a", "a@", "@x.cn", "a@x", "a@@x.cn", "a b@x.cn", "a..b@x.cn", ".a@x.cn",
                     "a@-x.cn", "a@x..cn", "a@1.2.3.4", "<>", "Zhang", "a@[127.0.0.1]",
                     "<a@x.cn> b", "a" * 65 + "@x.cn", "a@" + "x" * 64 + ".cn",
                     "a@xn--9999999999.cn"],
    "address_in_name": ['"boss@x.cn" <b@y.cn>', "boss＠x.cn <b@y.cn>"],
    "address_too_long": ["名" * 101 + " <a@x.cn>"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in BAD.items() for text in texts], ids=ascii
)
def test_what_is_not_what_it_looks_like(code, text):
    """Look-alikes, invisible signs, line ends, names that pose as addresses, mistakes."""
    with pytest.raises(BadAddress) as bad:
        people_in(text)
    assert bad.value.code == code
