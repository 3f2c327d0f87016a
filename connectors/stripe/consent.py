"""Two ways in: Connect OAuth through our platform, or a key that the owner makes and pastes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import stripe
from stripe.oauth_error import OAuthError

from connectors.stripe.api import Api
from connectors.stripe.company import company_of
from connectors.stripe.sdk import sdk_client
from connectors.tokens import Granted, TokenSet
from connectors.transport import Transport
from ledger.company import Company
from ledger.faults import ConsentLost, Refused

SCOPE = "read_write"  # the only one that Stripe gives a platform
_ENDED = frozenset({"invalid_client", "not_connected", "account_invalid"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StripePlatform:
    """Our registration at Stripe, and where its pages are."""

    client_id: str
    secret_key: str = field(repr=False)
    connect_base: str
    api_base: str


class StripeConsent:
    """connectors.tokens.Consent for Connect: we keep the account's id and call with the platform's own key."""

    provider = "stripe"
    name = "Stripe"
    grace = timedelta()  # a key is never replaced by a call

    def __init__(self, platform: StripePlatform, transport: Transport) -> None:
        self._platform = platform
        self._transport = transport
        self._client = sdk_client(
            platform.secret_key,
            transport,
            api_base=platform.api_base,
            connect_base=platform.connect_base,
            client_id=platform.client_id,
        )

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        return self._client.oauth.authorize_url({"scope": SCOPE, "state": state, "redirect_uri": redirect_uri})

    def exchange(self, *, callback: Mapping[str, str], redirect_uri: str) -> Granted:
        """Raises Refused where the person said no, or the code is used up (it lives five minutes and once)."""
        del redirect_uri  # Stripe binds it to the code by itself
        if callback.get("error") or not callback.get("code"):
            raise Refused("The Stripe account was not connected: access was declined. Start again to connect it.")
        token = _asked(lambda: self._client.oauth.token({"grant_type": "authorization_code", "code": callback["code"]}))
        account = str(token["stripe_user_id"])
        tokens = TokenSet(access_token=self._platform.secret_key, account=account, scope=str(token["scope"]))
        return Granted(tokens=tokens, companies=(self._company(tokens),))

    def refresh(self, tokens: TokenSet) -> TokenSet:
        """There is nothing to refresh but the platform's key, when it was replaced in our settings."""
        if tokens.account and tokens.access_token != self._platform.secret_key:
            return TokenSet(access_token=self._platform.secret_key, account=tokens.account, scope=tokens.scope)
        raise ConsentLost("Stripe no longer accepts this connection; connect the account again.")

    def revoke(self, tokens: TokenSet, company_id: str) -> None:
        """Ends a Connect consent. A pasted key ends when its owner deletes it in Stripe's dashboard."""
        if not tokens.account:
            return
        params: stripe.OAuth.OAuthDeauthorizeParams = {
            "client_id": self._platform.client_id,
            "stripe_user_id": tokens.account or company_id,
        }
        try:
            self._client.oauth.deauthorize(params)
        except (stripe.AuthenticationError, stripe.PermissionError):
            return  # already ended
        except OAuthError as error:
            if error.code not in _ENDED:
                raise Refused(
                    f"Stripe did not end the connection ({error.code}); end it in Stripe's dashboard."
                ) from None

    def _company(self, tokens: TokenSet) -> Company:
        return by_key(self._platform.api_base, tokens, self._transport).companies[0]


@dataclass(frozen=True, slots=True)
class _Held:
    """A TokenSource of tokens that nobody can renew."""

    tokens: TokenSet

    def current(self) -> TokenSet:
        return self.tokens

    def refreshed(self, stale: TokenSet) -> TokenSet:
        del stale
        raise ConsentLost("Stripe does not accept this key; check that it was copied whole and is still active.")


def by_key(api_base: str, tokens: TokenSet, transport: Transport) -> Granted:
    """What a key reaches: one call that names the account. Raises ConsentLost, PermissionMissing."""
    account = Api(api_base, _Held(tokens), tokens.account, transport).account()
    return Granted(tokens=tokens, companies=(company_of(account, tokens.access_token),))


def _asked(call: Callable[[], stripe.OAuth.OAuthToken]) -> stripe.OAuth.OAuthToken:
    """The SDK's errors hold the whole answer; ours hold its code alone."""
    try:
        return call()
    except OAuthError as error:
        raise Refused(f"Stripe did not accept the code ({error.code}); start connecting again.") from None
    except stripe.AuthenticationError:
        raise Refused("Stripe does not accept our platform key; check TIEOUT_STRIPE_SECRET_KEY.") from None
    except stripe.StripeError as error:
        raise Refused(f"Stripe did not connect the account ({error.http_status}); start connecting again.") from None
