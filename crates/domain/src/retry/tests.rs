use super::*;
use proptest::prelude::*;

fn preset(preset: Preset) -> Retry {
    Retry::Preset { preset }
}

fn waits_s(retry: &Retry, jitter: f64) -> Vec<u64> {
    (1..).map_while(|done| next_wait_ms(retry, done, jitter, None)).map(|ms| ms / 1000).collect()
}

#[test]
fn presets_wait_as_the_contract_says() {
    let standard = preset(Preset::Standard);
    assert_eq!(waits_s(&standard, 0.5), [5, 300, 1800, 7200, 18_000, 36_000, 36_000]);
    assert_eq!(waits_s(&standard, 0.0), [4, 240, 1440, 5760, 14_400, 28_800, 28_800]);
    assert_eq!(waits_s(&standard, 1.0), [6, 360, 2160, 8640, 21_600, 43_200, 43_200]);
    let minutes = |p| waits_s(&preset(p), 1.0).iter().map(|s| s / 60).collect::<Vec<_>>();
    assert_eq!(minutes(Preset::FiveInTwoHours), [5, 10, 15, 30, 60]);
    assert_eq!(minutes(Preset::Eleven), [5, 10, 20, 40, 60, 120, 240, 480, 960, 1920]);
    assert_eq!(minutes(Preset::EightInFourHours), [1, 2, 4, 8, 15, 30, 60, 120]);
    assert_eq!(minutes(Preset::None), [0u64; 0]);
}

#[test]
fn spells_as_the_contract() {
    let read = |text: &str| serde_json::from_str::<Retry>(text).ok();
    for name in Preset::ALL {
        let text = format!(r#"{{"preset":"{}"}}"#, name.as_str());
        assert_eq!(read(&text), Some(preset(name)));
        assert_eq!(serde_json::to_string(&preset(name)).ok(), Some(text));
        assert_eq!(Preset::parse(name.as_str()), Some(name));
    }
    let own = Retry::Schedule { schedule_s: vec![5, 300] };
    assert_eq!(read(r#"{"schedule_s":[5,300]}"#), Some(own));
    assert_eq!(read(r#"{"preset":"often"}"#), None);
}

#[test]
fn says_what_it_does() {
    assert_eq!(preset(Preset::FiveInTwoHours).describe(), "5 more tries over 2 hours");
    assert_eq!(preset(Preset::EightInFourHours).describe(), "8 more tries over 4 hours");
    assert_eq!(preset(Preset::Standard).describe(), "7 more tries over about 28 hours");
    assert_eq!(preset(Preset::Eleven).describe(), "10 more tries over about 64 hours");
    assert_eq!(preset(Preset::None).describe(), "No more tries");
    assert_eq!(Preset::Standard.describe(), "7 more tries over about 28 hours");
    let own = |s: &[u32]| Retry::Schedule { schedule_s: s.to_vec() }.describe();
    assert_eq!(own(&[1]), "1 more try after 1 second");
    assert_eq!(own(&[90]), "1 more try after 90 seconds");
    assert_eq!(own(&[120]), "1 more try after 2 minutes");
    assert_eq!(own(&[3600]), "1 more try after 1 hour");
    assert_eq!(own(&[5, 300]), "2 more tries over about 5 minutes");
    assert_eq!(own(&[604_800, 604_800]), "2 more tries over 14 days");
}

#[test]
fn the_receiver_may_ask_for_more_time() {
    let own = Retry::Schedule { schedule_s: vec![10] };
    assert_eq!(next_wait_ms(&own, 1, 0.5, Some(5)), Some(10_000));
    assert_eq!(next_wait_ms(&own, 1, 0.5, Some(11)), Some(11_000));
    assert_eq!(next_wait_ms(&own, 1, 0.5, Some(u64::MAX)), Some(86_400_000));
    assert_eq!(next_wait_ms(&preset(Preset::FiveInTwoHours), 1, 0.0, Some(9_999)), Some(300_000));
    assert_eq!(next_wait_ms(&own, 2, 0.5, Some(11)), None);
    // A wait of the manager's own may be longer than what a receiver may ask for.
    let week = Retry::Schedule { schedule_s: vec![MAX_WAIT_S] };
    assert_eq!(next_wait_ms(&week, 1, 0.5, Some(u64::MAX)), Some(604_800_000));
}

fn any_retry() -> impl Strategy<Value = Retry> {
    prop_oneof![
        proptest::sample::select(Preset::ALL.as_slice()).prop_map(preset),
        proptest::collection::vec(1..=MAX_WAIT_S, 1..=MAX_WAITS)
            .prop_map(|schedule_s| Retry::Schedule { schedule_s }),
    ]
}

proptest! {
    #[test]
    fn a_schedule_ends_after_its_waits(retry in any_retry(), jitter in 0.0..=1.0f64, after in any::<Option<u64>>()) {
        let attempts = retry.attempts();
        for done in 1..attempts {
            let wait = next_wait_ms(&retry, done, jitter, after).expect("a wait is left");
            let planned = u64::from(retry.waits_s()[done as usize - 1]) * 1000;
            prop_assert!(wait * 5 >= planned * 4);
            prop_assert!(wait <= planned * 6 / 5 || wait <= MAX_RETRY_AFTER_S * 1000);
        }
        prop_assert_eq!(next_wait_ms(&retry, attempts, jitter, after), None);
        prop_assert_eq!(next_wait_ms(&retry, attempts + 1, jitter, after), None);
    }

    #[test]
    fn reads_back(retry in any_retry()) {
        let text = serde_json::to_string(&retry).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Retry>(&text).expect("reads"), retry);
    }
}
