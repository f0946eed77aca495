"""What is installed: the procedures as they are documented, catalogues, help."""
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree

from gimp import ROOT

ARGUMENTS = ["run-mode", "image", "drawable", "style-file", "style-drawable", "strength", "brush-size", "keep-colors",
             "working-size", "seed"]


def test_procedures_are_registered_as_documented(profile):
    log = profile.run("""
      (let ((info (gimp-procedural-db-proc-info "plug-in-impasto")))
        (say "help" (cadr info))
        (say "working size" (caddr (gimp-procedural-db-proc-arg "plug-in-impasto" 8)))
        (say "arguments" (map (lambda (n) (cadr (gimp-procedural-db-proc-arg "plug-in-impasto" n)))
                              '(0 1 2 3 4 5 6 7 8 9)))
        (say "counts" (list (list-ref info 6) (list-ref info 7)))
        (say "returns" (cadr (gimp-procedural-db-proc-val "plug-in-impasto" 0)))
        (say "replay" (map (lambda (n) (cadr (gimp-procedural-db-proc-arg "plug-in-impasto-replay" n))) '(0 1 2 3))))
    """)
    assert log["arguments"] == "(" + " ".join(ARGUMENTS) + ")"
    header = (ROOT / "Sources" / "CImpasto" / "include" / "impasto.h").read_text()
    smallest, largest = (re.search(rf"IMPASTO_WORKING_SIZE_{end} (\d+)", header)[1] for end in ("MIN", "MAX"))
    assert f"0 or {smallest} <= working-size <= {largest}" in log["working size"], log["working size"]
    assert log["counts"] == "(10 1)"
    assert log["returns"] == "new-layer"
    assert log["replay"] == "(run-mode image drawable settings-layer)"
    assert len(log["help"]) > 300


def test_what_any_gimp_needs_takes_items_for_more_than_numbers(profile):
    """In another GIMP they are objects: with a header that makes pointers of them, nothing in common/ may turn one into a
    number, or print it as one."""
    folder = profile.file("pointers")
    folder.mkdir()
    api = (ROOT / "CShim" / "gimp2" / "gimp-api.h").read_text()
    (folder / "gimp-api.h").write_text(
        re.sub(r"typedef gint32 (Api\w+);", r"typedef void *\1;", api).replace("API_NONE (-1)", "API_NONE NULL"))
    flags = subprocess.run(["pkg-config", "--cflags", "gimpui-2.0", "gegl-0.4", "json-glib-1.0", "gmodule-2.0"],
                           capture_output=True, text=True, check=True).stdout.replace("-I", "-isystem ").split()
    common = ROOT / "CShim" / "common"
    result = subprocess.run(
        ["cc", "-std=gnu11", "-fsyntax-only", "-Wno-int-conversion", "-Wno-deprecated-declarations", "-Wformat",
         "-Werror=format", "-Werror=pointer-to-int-cast",
         '-DGETTEXT_PACKAGE="impasto"', f"-I{folder}", f"-I{common}", f"-I{ROOT}/Sources/CImpasto/include", *flags,
         *sorted(common.glob("*.c"))], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_folders_of_any_name_are_installed_into_and_left(profile):
    for name in ("it's", "a  b 'c'; touch ran; '", "$(shell touch ran)", "100% `touch ran` \"$HOME\""):
        root = profile.file("homes")
        bystander = root / name.split("'")[0] / "bystander"
        bystander.mkdir(parents=True)
        (bystander / "file").touch()
        folder = root / name
        for target, found in (("install", True), ("uninstall", False)):
            subprocess.run(["make", "-s", "-C", str(ROOT / "CShim"), target], check=True,
                           env=os.environ | {"GIMP2_DIRECTORY": str(folder)})
            assert (folder / "plug-ins" / "impasto" / "impasto").exists() == found, f"{target} into {name}"
            assert any(folder.rglob("*.scm")) == found, f"{target} into {name}"
        assert not (ROOT / "CShim" / "ran").exists() and (bystander / "file").exists(), name
        shutil.rmtree(root)


def test_package_leads_from_the_plug_in_to_its_data(profile):
    with tempfile.TemporaryDirectory() as root:
        plugin = f"{root}/usr/lib/gimp/2.0/plug-ins/impasto"
        subprocess.run(
            ["make", "-s", "-C", str(ROOT / "CShim"), "install", f"DESTDIR={root}", "DATA=/usr/share/impasto",
             "PLUGIN=/usr/lib/gimp/2.0/plug-ins/impasto", "SCRIPTS=/usr/share/gimp/2.0/scripts"], check=True)
        assert set(os.listdir(plugin)) == set(os.listdir(profile.plugin))
        data = os.listdir(f"{root}/usr/share/impasto")
        assert {name for name in os.listdir(plugin) if os.path.islink(f"{plugin}/{name}")} == set(data)
        for name in data:
            assert os.readlink(f"{plugin}/{name}") == f"../../../../../share/impasto/{name}"
            assert os.path.samefile(f"{plugin}/{name}", f"{root}/usr/share/impasto/{name}")
        scripts = os.listdir(ROOT / "CShim" / "scripts")
        assert set(os.listdir(f"{root}/usr/share/gimp/2.0/scripts")) == set(scripts)


def test_help_page_has_what_the_help_button_asks_for(profile):
    folder = profile.plugin / "help" / "en"
    items = xml.etree.ElementTree.parse(folder / "gimp-help.xml").getroot().findall("help-item")
    assert {item.get("id") for item in items} == {"plug-in-impasto", "plug-in-impasto-replay"}
    for item in items:
        page, _, anchor = item.get("ref").partition("#")
        text = (folder / page).read_text()
        assert not anchor or f'id="{anchor}"' in text


def test_template_has_every_sentence_of_the_sources(profile):
    copy = profile.file("CShim")
    shutil.copytree(ROOT / "CShim", copy)
    subprocess.run(["make", "-s", "-C", copy, "messages"], check=True)

    def messages(folder):
        return re.sub('"POT-Creation-Date: .*"', "", (folder / "po" / "impasto.pot").read_text())

    assert messages(copy) == messages(ROOT / "CShim"), "make messages brings po/ up to date"


def test_catalogues_are_complete(profile):
    template = (ROOT / "CShim" / "po" / "impasto.pot").read_text()
    entry = r'^((?:msgctxt ".*"\n)?msgid (?:".*"\n)+)'
    wanted = set(re.findall(entry, template, re.MULTILINE)) - {'msgid ""\n'}
    for language in ("de", "fr", "es"):
        text = (ROOT / "CShim" / "po" / f"{language}.po").read_text()
        given = dict(re.findall(entry + r'msgstr ((?:".*"\n)+)', text, re.MULTILINE))
        plural = re.findall(entry + r'msgid_plural (?:".*"\n)+msgstr\[0\] "(.+)"\nmsgstr\[1\] "(.+)"', text,
                            re.MULTILINE)
        given.update({message: one + many for message, one, many in plural})
        flat = {re.sub(r'"\n"', "", message): translation for message, translation in given.items()}
        for message in wanted:
            translation = flat.get(re.sub(r'"\n"', "", message), "")
            assert translation.strip() not in ("", '""'), f"{language}: {message}"
        assert "#, fuzzy" not in text
        assert (profile.plugin / "locale" / language / "LC_MESSAGES" / "impasto.mo").exists()


def test_captions_are_complete(profile):
    """Each painting has one in each language: two lines that end with the same year."""
    text = (profile.plugin / "styles" / "captions.ini").read_text()
    captions = dict(re.findall(r"^([^#\n=]+)=(.+)$", text, re.MULTILINE))
    names = {path.stem for path in (profile.plugin / "styles").glob("*.png")}
    languages = [path.stem for path in (ROOT / "CShim" / "po").glob("*.po")]
    assert len(names) >= 9 and len(languages) >= 3
    assert set(captions) == names | {f"{name}[{language}]" for name in names for language in languages}
    for key, caption in captions.items():
        title, painter = caption.split(r"\n")
        assert title and re.fullmatch(r"[^,]+, .*\d{4}", painter), caption
        assert painter[-4:] == captions[key.split("[")[0]][-4:], caption


# The letters that GTK's own buttons Cancel and Help take in each language, and our labels that are seen with them.
GTK = {"en": "ch", "de": "ah", "fr": "ne", "es": "cy"}
TOGETHER = (
    ["_Gallery", "_File", "_Layer", "C_ontinue this painting of “%s”", "_Strength:", "_Brush size (%):",
     "_Working size (pixels):", "The layer's own si_ze", "_Keep the colours of the photograph", "_Advanced",
     "Rec_ipe:", "_Reset", "_Paint"],
    ["_Stop and Keep"],
)


def test_keys_of_the_dialog_are_unique(profile):
    for language in ("en", "de", "fr", "es"):
        text = "" if language == "en" else (ROOT / "CShim" / "po" / f"{language}.po").read_text()
        given = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"', text, re.MULTILINE))
        for labels in TOGETHER:
            keys = list(GTK[language])
            for label in labels:
                shown = label if language == "en" else given[label]
                keys.append(shown[shown.index("_") + 1].lower())
            assert len(set(keys)) == len(keys), f"{language}: {keys}"


def test_messages_speak_the_users_language(profile):
    for language, word in (("de", "Stil"), ("fr", "style"), ("es", "estilo")):
        log = profile.batch(f"""
          (let ((image (photograph "{ROOT}/Tests/Images/cat.png" 48 32 RGB PRECISION-U8-GAMMA)))
            (plug-in-impasto RUN-NONINTERACTIVE image (active image) "" -1 50 100 FALSE 32 0))
        """, LANGUAGE=language)
        assert word in log.text and "No style is chosen" not in log.text, log.text
