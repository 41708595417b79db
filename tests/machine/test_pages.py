"""A writer on the page while the disk is full: a sentence in both languages, nothing is gone."""

import pytest

from core.service import wiring
from core.service.settings import Settings
from tests.pages.test_store_fails import REQUEST, SEA, page, told

SAID = {"ko": "저장 공간이 가득 차서", "en": "The disk is full and nothing was saved"}


@pytest.mark.parametrize("lang", SAID)
def test_a_full_disk_is_told_and_the_request_can_be_sent_again(disk, lang):
    with wiring.running(wiring.build(Settings(data_dir=disk.folder))) as service:
        id_ = service.library.open(SEA, "바다")
        app = page(id_)
        app.segmented_control(key="shell_lang").set_value(lang).run()
        disk.fill()

        app.chat_input[0].set_value(REQUEST).run()
        assert SAID[lang] in told(app)

        disk.empty()
        app.run()
        app.chat_input[0].set_value(REQUEST).run()
        assert SAID[lang] not in told(app)
        assert service.edits.of(id_)
