//! TLS to PostgreSQL, by libpq's `sslmode`.

use std::{path::PathBuf, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

use crate::{Error, Result};

/// The requirements of `sslmode` and `sslrootcert`. Source: PostgreSQL, libpq "SSL Support", "Protection Provided in Different Modes".
pub(crate) struct Mode {
    kind: Kind,
    root: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl Mode {
    /// Reads the two parameters, and returns the URL without them: tokio-postgres does not know all their values.
    pub(crate) fn take_from(url: &str) -> Result<(String, Self)> {
        let mut url = Url::parse(url).map_err(|error| Error::Url(error.to_string()))?;
        let mut mode = Self { kind: Kind::Prefer, root: None };
        let mut kept = Vec::new();
        for (name, value) in url.query_pairs() {
            match &*name {
                "sslmode" => mode.kind = Kind::of(&value)?,
                "sslrootcert" => mode.root = Some(PathBuf::from(&*value)),
                _ => kept.push((name.into_owned(), value.into_owned())),
            }
        }
        if kept.is_empty() {
            url.set_query(None);
        } else {
            url.query_pairs_mut().clear().extend_pairs(kept);
        }
        Ok((url.into(), mode))
    }

    pub(crate) fn negotiation(&self) -> SslMode {
        match self.kind {
            Kind::Disable => SslMode::Disable,
            Kind::Prefer => SslMode::Prefer,
            Kind::Require | Kind::VerifyCa | Kind::VerifyFull => SslMode::Require,
        }
    }

    pub(crate) fn connector(&self) -> Result<Option<MakeRustlsConnect>> {
        if self.kind == Kind::Disable {
            return Ok(None);
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Url(error.to_string()))?;
        let config = match self.trust()? {
            Trust::Full(roots) => builder.with_root_certificates(roots).with_no_client_auth(),
            Trust::Chain(roots) => {
                let chain = WebPkiServerVerifier::builder_with_provider(
                    Arc::new(roots),
                    Arc::clone(&provider),
                )
                .build()
                .map_err(|error| Error::Url(error.to_string()))?;
                builder
                    .dangerous()
                    .with_custom_certificate_verifier(Arc::new(Lenient {
                        chain: Some(chain),
                        provider,
                    }))
                    .with_no_client_auth()
            }
            Trust::Any => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Lenient { chain: None, provider }))
                .with_no_client_auth(),
        };
        Ok(Some(MakeRustlsConnect::new(config)))
    }

    fn trust(&self) -> Result<Trust> {
        Ok(match (self.kind, &self.root) {
            (Kind::VerifyFull, _) => Trust::Full(self.roots()?),
            // libpq: with a root certificate at hand, `require` verifies as `verify-ca` does.
            (Kind::VerifyCa, _) | (Kind::Require, Some(_)) => Trust::Chain(self.roots()?),
            (Kind::Require | Kind::Prefer | Kind::Disable, _) => Trust::Any,
        })
    }

    fn roots(&self) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        match &self.root {
            Some(path) => {
                let unreadable =
                    |error: &dyn std::fmt::Display| Error::Url(format!("sslrootcert: {error}"));
                let file =
                    CertificateDer::pem_file_iter(path).map_err(|error| unreadable(&error))?;
                for certificate in file {
                    let certificate = certificate.map_err(|error| unreadable(&error))?;
                    roots.add(certificate).map_err(|error| unreadable(&error))?;
                }
            }
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        if roots.is_empty() {
            return Err(Error::Url(
                "sslmode requires verification, but there is no root certificate; name one with sslrootcert".to_owned(),
            ));
        }
        Ok(roots)
    }
}

impl Kind {
    fn of(value: &str) -> Result<Self> {
        Ok(match value {
            "disable" => Self::Disable,
            // `allow` prefers a connection without TLS, but trying TLS first is permitted.
            "allow" | "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                return Err(Error::Url(
                    "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full"
                        .to_owned(),
                ));
            }
        })
    }
}

enum Trust {
    /// Chain and host name.
    Full(RootCertStore),
    /// The chain only.
    Chain(RootCertStore),
    /// Any certificate: secrecy from listeners, none from impostors. That is what libpq's `require` means.
    Any,
}

/// Verifies less than rustls would: the chain without the host name, or nothing but the handshake's own signature.
#[derive(Debug)]
struct Lenient {
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else {
            return Ok(ServerCertVerified::assertion());
        };
        // The name is looked at last, so a complaint about it says that the chain is sound.
        match chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
