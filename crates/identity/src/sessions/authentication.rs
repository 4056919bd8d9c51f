//! Authentication by token.

use loggia_db::Work;

use super::StoredSessions;
use crate::{
    Account, Caller, Error, Member, Result, SessionPolicy, TokenError,
    secret::digest,
    signer::{Bearer, TokenKind},
    store::sessions::{self as store, SessionRow},
};

impl StoredSessions {
    /// Verifies a signed token of either kind.
    pub(super) async fn verify_either(&self, work: &mut Work, token: &str) -> Result<()> {
        let bearer = self.signer.read_any(token, self.clock.now()).map_err(Error::InvalidToken)?;
        match (bearer, self.settings.policy) {
            (_, SessionPolicy::Django) => Ok(()),
            (Some(bearer), SessionPolicy::Strict) => self.account_of(work, &bearer).await.map(drop),
            (None, SessionPolicy::Strict) => Err(Error::InvalidToken(TokenError::NoSubject)),
        }
    }

    /// Returns the caller of an access token.
    pub(super) async fn find_caller(&self, work: &mut Work, access: &str) -> Result<Caller> {
        let bearer = self.read_access(access)?;
        let account = self.account_of(work, &bearer).await?;
        Ok(Caller { account, session: bearer.session })
    }

    /// Returns the caller of an access token with their organizations.
    pub(super) async fn find_member(&self, work: &mut Work, access: &str) -> Result<Member> {
        let bearer = self.read_access(access)?;
        let (row, memberships) = store::find_member(work, &bearer).await?.unzip();
        let caller = Caller { account: self.require_usable(row)?, session: bearer.session };
        Ok(Member { caller, memberships: memberships.unwrap_or_default() })
    }

    /// Returns the caller of an opaque token.
    pub(super) async fn find_opaque_caller(&self, work: &mut Work, token: &str) -> Result<Caller> {
        let (account, session, _) = store::find_opaque(work, &digest(token))
            .await?
            .filter(|(_, _, stored)| self.opaque_token(stored).is_some())
            .ok_or(Error::InvalidToken(TokenError::Invalid))?;
        if !account.is_active {
            return Err(Error::InvalidToken(TokenError::InactiveAccount));
        }
        Ok(Caller { account, session })
    }

    fn read_access(&self, access: &str) -> Result<Bearer> {
        let now = self.clock.now();
        self.signer.read(access, TokenKind::Access, now).map_err(Error::InvalidToken)
    }

    /// Returns the account of a valid token's session.
    async fn account_of(&self, work: &mut Work, bearer: &Bearer) -> Result<Account> {
        let row = store::find(work, bearer).await?;
        self.require_usable(row)
    }

    /// Returns the account of a session. Returns an error if the account is inactive or the session was revoked.
    fn require_usable(&self, row: Option<SessionRow>) -> Result<Account> {
        let (account, revoked_at) = row.ok_or(Error::InvalidToken(TokenError::UnknownAccount))?;
        if !account.is_active {
            return Err(Error::InvalidToken(TokenError::InactiveAccount));
        }
        if revoked_at.is_some() && self.settings.policy == SessionPolicy::Strict {
            return Err(Error::InvalidToken(TokenError::Revoked));
        }
        Ok(account)
    }
}
