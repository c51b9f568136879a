//! The log of deliveries: filters, pages, counts.

use crate::{
    Result, Store,
    conn::{Conn, named},
    filter::Conditions,
    rows::LogColumns,
    sql::sql,
};
use domain::{
    delivery::{Counts, DeliveryFilter, DeliveryRow, State},
    id::{DeliveryId, MarketplaceId},
    page::{Page, PageRequest},
};

impl Store {
    /// Deliveries that match, newest first.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn deliveries(
        &self,
        marketplace: MarketplaceId,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> Result<Page<DeliveryRow>> {
        let Some(matching) = Conditions::deliveries(marketplace, filter) else {
            return Ok(Page { data: Vec::new(), next_cursor: None });
        };
        let matching = matching.in_states(&filter.states);
        let mut conn = self.read().await?;
        let rows: Vec<LogColumns> =
            matching.read_page(&mut conn, sql!("log/deliveries"), "d.id", page).await?;
        let rows = rows.into_iter().map(LogColumns::read).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(rows, page, |row| row.id.key()))
    }
    /// How many deliveries that match stand where; the filter by state is left out.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn counts(&self, marketplace: MarketplaceId, filter: &DeliveryFilter) -> Result<Counts> {
        let Some(matching) = Conditions::deliveries(marketplace, filter) else {
            return Ok(Counts::default());
        };
        let mut conn = self.read().await?;
        let mut counts = Counts::default();
        match matching.search(None) {
            None => count(&mut conn, matching, &mut counts).await?,
            Some(mut search) => {
                while let Some(events) = search.next(&mut conn).await? {
                    count(&mut conn, matching.clone().among(events), &mut counts).await?;
                }
            }
        }
        Ok(counts)
    }
    /// One line of the log, as it is now.
    ///
    /// # Errors
    /// `Corrupt`.
    pub async fn delivery_row(
        &self,
        marketplace: MarketplaceId,
        id: DeliveryId,
    ) -> Result<Option<DeliveryRow>> {
        line(&mut self.read().await?, marketplace, id).await
    }
}

/// Adds what matches to the counts.
async fn count(conn: &mut Conn, matching: Conditions, counts: &mut Counts) -> Result<()> {
    let (sql, values) = matching.clone().all(sql!("log/counts"));
    let rows: Vec<(String, i64)> = conn.all(sql, values).await?;
    let (sql, values) = matching.all(sql!("log/sending_again"));
    let (sending_again,): (i64,) = conn.one(sql, values).await?;
    for (state, count) in rows {
        add(counts, &state, count)?;
    }
    counts.retrying -= sending_again;
    counts.waiting += sending_again;
    Ok(())
}

/// One line of the log.
pub(crate) async fn line(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    id: DeliveryId,
) -> Result<Option<DeliveryRow>> {
    let (sql, values) = Conditions::delivery(marketplace, id).all(sql!("log/deliveries"));
    let row: Option<LogColumns> = conn.first(sql, values).await?;
    row.map(LogColumns::read).transpose()
}

/// Adds deliveries that stand in `state`, a name of the database, to the counts.
pub(crate) fn add(counts: &mut Counts, state: &str, count: i64) -> Result<()> {
    let of = match named("deliveries.state", state, State::parse)? {
        State::Pending | State::Sending => &mut counts.waiting,
        State::Delivered => &mut counts.delivered,
        State::Retrying => &mut counts.retrying,
        State::Exhausted => &mut counts.exhausted,
        State::Held => &mut counts.held,
        State::Discarded => &mut counts.discarded,
    };
    *of += count;
    Ok(())
}
