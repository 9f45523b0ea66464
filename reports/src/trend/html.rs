//! The trend as one HTML file: a line for each engine with its marks, and a small one for each area.

use askama::Template;

use super::{Point, areas, by_engine, percent, share};
use crate::{html::STYLE, wording};

/// The trend as one HTML file that loads nothing.
///
/// # Panics
/// Never: writing into a string does not fail.
pub fn render_trend_html(points: &[Point]) -> String {
    let engines = by_engine(points).into_iter().map(|(name, points)| Engine::of(name, &points)).collect();
    Page { style: STYLE, engines }.render().expect("writing into a string does not fail")
}

#[derive(Template)]
#[template(path = "trend.html")]
struct Page {
    style: &'static str,
    engines: Vec<Engine>,
}

struct Engine {
    name: String,
    /// Whether the last run came to its end.
    is_complete: bool,
    line: Spark,
    points: Vec<Row>,
    areas: Vec<(String, Spark)>,
}

struct Row {
    at: String,
    engine: String,
    suite: String,
    share: String,
    differences: u64,
    marks: String,
}

/// A spark line as the points of SVG polylines; a point without a share interrupts it.
struct Spark {
    width: usize,
    height: usize,
    polylines: Vec<String>,
    dots: Vec<(String, String)>,
    /// Where marks stand, with what they say.
    marks: Vec<(String, String)>,
    last: String,
    words: String,
}

impl Engine {
    fn of(name: &str, points: &[&Point]) -> Self {
        let before = |index: usize| index.checked_sub(1).map(|index| points[index]);
        let marks: Vec<_> =
            points.iter().enumerate().map(|(index, point)| point.marks(before(index)).join(", ")).collect();
        let rows = points.iter().zip(&marks).map(|(point, marks)| Row {
            at: wording::moment(&point.at),
            engine: point.engine.clone(),
            suite: point.suite_version.clone(),
            share: percent(share(&point.counts)),
            differences: point.differences,
            marks: marks.clone(),
        });
        let shares: Vec<_> = points.iter().map(|point| share(&point.counts)).collect();
        let areas = areas(points).into_iter();
        Self {
            name: name.to_owned(),
            is_complete: points.last().is_some_and(|point| point.complete),
            line: Spark::of(&shares, &marks, (640, 120)),
            points: rows.collect(),
            areas: areas
                .map(|(area, shares)| (area.to_owned(), Spark::of(&shares, &[], (180, 36))))
                .collect(),
        }
    }
}

impl Spark {
    #[expect(clippy::cast_precision_loss, reason = "pixels")]
    fn of(shares: &[Option<u64>], marks: &[String], (width, height): (usize, usize)) -> Self {
        const MARGIN: f64 = 4.0;
        let across = (width as f64 - 2.0 * MARGIN) / shares.len().saturating_sub(1).max(1) as f64;
        let x = |index: usize| format!("{:.1}", MARGIN + across * index as f64);
        let y = |share: u64| {
            format!("{:.1}", MARGIN + (height as f64 - 2.0 * MARGIN) * (100 - share.min(100)) as f64 / 100.0)
        };
        let place = |index: usize| shares[index].map(|share| (x(index), y(share)));
        let places: Vec<_> = (0..shares.len()).map(place).collect();
        let polylines = places.split(Option::is_none).filter(|run| run.len() > 1).map(|run| {
            let pairs: Vec<_> = run.iter().flatten().map(|(x, y)| format!("{x},{y}")).collect();
            pairs.join(" ")
        });
        let marked = marks.iter().enumerate().filter(|(_, mark)| !mark.is_empty());
        let words: Vec<_> = shares.iter().map(|share| percent(*share)).collect();
        Self {
            width,
            height,
            polylines: polylines.collect(),
            dots: places.iter().flatten().cloned().collect(),
            marks: marked.map(|(index, mark)| (x(index), mark.clone())).collect(),
            last: words.last().cloned().unwrap_or_default(),
            words: words.join(", "),
        }
    }
}
