"""What a coordinator says when it cannot show what there is."""

from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN
from .history.errors import StoreError


def store_failed(error: StoreError) -> UpdateFailed:
    """Return what to say when the store cannot be read or written."""
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key="store_failed",
        translation_placeholders={"error": str(error)},
    )
