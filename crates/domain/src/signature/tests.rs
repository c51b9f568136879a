use super::*;
use aws_lc_rs::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use proptest::prelude::*;

fn signing(scheme: Scheme, header: Option<&str>) -> Signing {
    Signing {
        scheme,
        header: header.map(str::to_owned),
        secret: None,
        previous_until: None,
        public_key: None,
        public_key_xml: None,
        previous_public_key: None,
        previous_public_key_xml: None,
    }
}

fn header(scheme: Scheme, secret: &str, id: &str, timestamp: i64, body: &str) -> (String, String) {
    let signer = Signer::new(&signing(scheme, None), secret, None).expect("reads").expect("signs");
    let value = signer.sign(id, timestamp, body.as_bytes(), true).expect("signs");
    (signer.header().to_owned(), value)
}

const WHSK: &str =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";

#[test]
fn what_is_printed_of_a_signer_is_no_secret() {
    let signer = Signer::new(&signing(Scheme::Stripe, None), "whsec_x", None).expect("reads").expect("signs");
    assert_eq!(format!("{signer:?}"), "Signer(stripe, Stripe-Signature)");
}

/// The vectors of Standard Webhooks and its libraries.
#[test]
fn standard_webhooks_vectors() {
    let cases = [
        (
            Scheme::Standard,
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            Scheme::Standard,
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            (
                "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
                1_649_367_553,
                r#"{"email":"test@example.com","username":"test_user"}"#,
            ),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
        (
            Scheme::Ed25519,
            WHSK,
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#),
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
        ),
    ];
    for (scheme, secret, (id, timestamp, body), expect) in cases {
        let (name, value) = header(scheme, secret, id, timestamp, body);
        assert_eq!((name.as_str(), value.as_str()), ("webhook-signature", expect));
    }
}

/// The example of GitHub's documentation.
#[test]
fn github_vector() {
    let (name, value) = header(Scheme::HmacHex, "It's a Secret to Everybody", "", 0, "Hello, World!");
    assert_eq!(name, "X-Hub-Signature-256");
    assert_eq!(value, "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
    // The same bytes in base64, as Shopify and WooCommerce send them.
    let (name, value) = header(Scheme::HmacBase64, "It's a Secret to Everybody", "", 0, "Hello, World!");
    assert_eq!(
        (name.as_str(), value.as_str()),
        ("X-Webhook-Hmac-Sha256", "dXEH6g6yUJ/CESIczphLijdXC211hsIsRvQ3nIsEPhc=")
    );
}

#[test]
fn stripe_signs_time_and_body() {
    let (name, value) = header(Scheme::Stripe, "whsec_abc", "evt_1", 1_492_774_577, "{}");
    let (_, hex) = header(Scheme::HmacHex, "whsec_abc", "", 0, "1492774577.{}");
    let mac = hex.strip_prefix("sha256=").expect("hex");
    assert_eq!((name.as_str(), value), ("Stripe-Signature", format!("t=1492774577,v1={mac}")));
}

/// Key, public key and signature were made with OpenSSL 3.
#[test]
fn rsa_agrees_with_openssl() {
    let private = include_str!("vectors/rsa_private.pem");
    let (name, value) = header(Scheme::RsaSha256, private, "evt_1", 7, r#"{"test": 2432232314}"#);
    assert_eq!(name, "X-DI-Signature");
    assert_eq!(value, include_str!("vectors/rsa_signature.txt").trim());
    let public = public_keys(Scheme::RsaSha256, private).expect("public keys");
    assert_eq!(public.key.as_deref(), Some(include_str!("vectors/rsa_public.pem")));
    assert_eq!(public.xml.as_deref(), Some(include_str!("vectors/rsa_public.xml").trim()));
}

#[test]
fn generated_rsa_keys_sign_and_verify() {
    let secret = generate(Scheme::RsaSha256, &[0; 32]).expect("a key").expect("a secret");
    check_secret(Scheme::RsaSha256, &secret).expect("fits");
    let (_, value) = header(Scheme::RsaSha256, &secret, "", 0, "body");
    let signature = STANDARD.decode(value).expect("base64");
    let pem = public_keys(Scheme::RsaSha256, &secret).expect("public keys").key.expect("PEM");
    let der = pem.lines().filter(|line| !line.starts_with('-')).collect::<String>();
    let der = STANDARD.decode(der).expect("base64");
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der);
    assert!(key.verify(b"body", &signature).is_ok());
    assert!(key.verify(b"other", &signature).is_err());
}

#[test]
fn no_scheme_no_header() {
    assert!(Signer::new(&signing(Scheme::None, None), "", None).expect("reads").is_none());
    assert_eq!(generate(Scheme::None, &[1; 32]), Ok(None));
}

#[test]
fn only_some_headers_are_renamed() {
    let name = |scheme| signing(scheme, Some("X-Mine")).header_name().map(str::to_owned);
    assert_eq!(name(Scheme::RsaSha256).as_deref(), Some("X-Mine"));
    assert_eq!(name(Scheme::Stripe).as_deref(), Some("X-Mine"));
    assert_eq!(name(Scheme::Standard).as_deref(), Some("webhook-signature"));
    assert_eq!(name(Scheme::None), None);
}

#[test]
fn both_secrets_sign_while_one_is_replaced() {
    let (old, new) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    let signed = |scheme, overlap| {
        let signer = Signer::new(&signing(scheme, None), new, Some(old)).expect("reads").expect("signs");
        signer.sign("evt_1", 7, b"{}", overlap).expect("signs")
    };
    let one = |scheme, secret| header(scheme, secret, "evt_1", 7, "{}").1;
    let (a, b) = (one(Scheme::Standard, new), one(Scheme::Standard, old));
    assert_eq!(signed(Scheme::Standard, true), format!("{a} {b}"));
    assert_eq!(signed(Scheme::Standard, false), a);
    assert_eq!(signed(Scheme::Stripe, true).matches(",v1=").count(), 2);
    // One signature fits: the receiver has the old secret until it is told that it ends.
    for scheme in [Scheme::HmacHex, Scheme::HmacBase64] {
        assert_eq!(signed(scheme, true), one(scheme, old));
        assert_eq!(signed(scheme, false), one(scheme, new));
    }
}

#[test]
fn secrets_are_checked() {
    let of_bytes = |prefix: &str, n: usize| format!("{prefix}{}", STANDARD.encode(vec![7; n]));
    let ok = |scheme, secret: &str| check_secret(scheme, secret).is_ok();
    for (n, fits) in [(23, false), (24, true), (64, true), (65, false)] {
        assert_eq!(ok(Scheme::Standard, &of_bytes("whsec_", n)), fits, "{n}");
    }
    assert!(!ok(Scheme::Standard, &of_bytes("", 32)));
    assert!(!ok(Scheme::Standard, "whsec_not base64 at all, not at all"));
    assert!(ok(Scheme::Ed25519, WHSK));
    // Seed and public key must belong together.
    assert!(!ok(Scheme::Ed25519, &of_bytes("whsk_", 64)));
    for scheme in [Scheme::HmacHex, Scheme::HmacBase64, Scheme::Stripe] {
        assert!(ok(scheme, "any text"));
        assert!(!ok(scheme, ""));
        assert!(ok(scheme, &"x".repeat(512)));
        assert!(!ok(scheme, &"x".repeat(513)));
    }
    assert!(!ok(Scheme::RsaSha256, "MIIB"));
    assert!(!ok(Scheme::None, "x"));
}

proptest! {
    #[test]
    fn generated_secrets_fit(random: [u8; 32]) {
        for scheme in [Scheme::Standard, Scheme::Ed25519, Scheme::HmacHex, Scheme::HmacBase64, Scheme::Stripe] {
            let secret = generate(scheme, &random).expect("a key").expect("a secret");
            prop_assert_eq!(check_secret(scheme, &secret), Ok(()));
        }
    }

    #[test]
    fn ed25519_verifies_with_the_public_key(random: [u8; 32], body: Vec<u8>, timestamp in 0..i64::MAX) {
        let secret = generate(Scheme::Ed25519, &random).expect("a key").expect("a secret");
        let signer = Signer::new(&signing(Scheme::Ed25519, None), &secret, None).expect("reads").expect("signs");
        let value = signer.sign("evt_1", timestamp, &body, false).expect("signs");
        let signature = STANDARD.decode(value.strip_prefix("v1a,").expect("v1a")).expect("base64");
        let public = public_keys(Scheme::Ed25519, &secret).expect("public keys").key.expect("whpk");
        let public = STANDARD.decode(public.strip_prefix("whpk_").expect("whpk_")).expect("base64");
        let signed = [format!("evt_1.{timestamp}.").as_bytes(), &body].concat();
        prop_assert!(UnparsedPublicKey::new(&ED25519, public).verify(&signed, &signature).is_ok());
    }

    #[test]
    fn any_text_is_read_without_panic(secret: String) {
        for scheme in [Scheme::Standard, Scheme::Ed25519, Scheme::HmacHex, Scheme::RsaSha256] {
            let _ = public_keys(scheme, &secret);
            let _ = check_secret(scheme, &secret);
        }
    }
}
