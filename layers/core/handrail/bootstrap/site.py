"""Puts `site` together: the chat page and what it asks for."""

from typing import Any

from handrail.adapters.aws.clients import Clients
from handrail.adapters.aws.http import to_compressed_result, to_request
from handrail.adapters.clock import SystemClock
from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.adapters.site import packaged_assets
from handrail.application.site import Site
from handrail.application.site_settings import SiteSettings as PageSettings
from handrail.bootstrap.handler import Handler, observed
from handrail.bootstrap.web import web_chat
from handrail.settings import SiteSettings


def build(settings: SiteSettings, clients: Clients | None = None) -> Handler:
    """Return the handler of `site`."""
    catalogue = PackagedCatalogue()
    clock = SystemClock()
    site = Site(
        assets=packaged_assets(),
        catalogue=catalogue,
        language_names={spoken.code: spoken.name for spoken in catalogue.languages},
        chat=web_chat(settings, clients or Clients()),
        settings=PageSettings(
            websocket_url=settings.socket_url or None,
            frame_ancestors=tuple(settings.allowed_origins.split()) or ("'none'",),
            default_language=settings.default_language,
            files_origin=settings.files_origin if settings.takes_files else None,
        ),
    )

    def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
        request = to_request(event)
        return to_compressed_result(site.respond(request, clock.now()), request)

    return observed(handle)
