//! How a drawing is seen: scale and offset. Pure arithmetic for zoom, pan and fit.

/// From the drawing's coordinates to the screen's: `screen = drawing · scale + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    pub scale: f64,
    pub x: f64,
    pub y: f64,
}

const LEAST: f64 = 0.08;
const MOST: f64 = 3.0;

/// Room around a drawing that is fitted in, more at the top, where the banner is.
const MARGIN: f64 = 24.0;
const TOP: f64 = 64.0;
/// And at the bottom, where the legend is.
const BOTTOM: f64 = 64.0;

impl View {
    /// The whole drawing in the middle of a place, never larger than life. A drawing that would
    /// become unreadable is shown from its top instead.
    pub fn fit(drawing: (f64, f64), place: (f64, f64)) -> Self {
        let scale = Self::scale_to_fit(drawing, place).max(LEGIBLE);
        let x = (place.0 - drawing.0 * scale) / 2.0;
        let spare = place.1 - TOP - BOTTOM - drawing.1 * scale;
        Self { scale, x, y: TOP + (spare / 2.0).max(0.0) }
    }

    /// The whole drawing, however small that makes it.
    pub fn fit_whole(drawing: (f64, f64), place: (f64, f64)) -> Self {
        let scale = Self::scale_to_fit(drawing, place);
        let spare = place.1 - TOP - BOTTOM - drawing.1 * scale;
        Self { scale, x: (place.0 - drawing.0 * scale) / 2.0, y: TOP + (spare / 2.0).max(0.0) }
    }

    fn scale_to_fit(drawing: (f64, f64), place: (f64, f64)) -> f64 {
        let room = ((place.0 - 2.0 * MARGIN).max(40.0), (place.1 - TOP - BOTTOM).max(40.0));
        (room.0 / drawing.0.max(1.0)).min(room.1 / drawing.1.max(1.0)).clamp(LEAST, 1.0)
    }

    /// Zoomed by a factor with one point of the screen kept in place.
    pub fn zoomed(self, factor: f64, at: (f64, f64)) -> Self {
        let scale = (self.scale * factor).clamp(LEAST, MOST);
        let factor = scale / self.scale;
        Self { scale, x: at.0 - (at.0 - self.x) * factor, y: at.1 - (at.1 - self.y) * factor }
    }

    pub fn panned(self, x: f64, y: f64) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }

    /// With a point of the drawing in the middle of a place.
    pub fn centred_on(self, point: (f64, f64), place: (f64, f64)) -> Self {
        Self { x: place.0 / 2.0 - point.0 * self.scale, y: place.1 / 2.0 - point.1 * self.scale, ..self }
    }

    /// The part of the drawing that a place shows: left, top, width, height.
    pub fn visible(self, place: (f64, f64)) -> (f64, f64, f64, f64) {
        (-self.x / self.scale, -self.y / self.scale, place.0 / self.scale, place.1 / self.scale)
    }

    /// Whether a rectangle of the drawing is on screen, whole.
    pub fn shows(self, rect: (f64, f64, f64, f64), place: (f64, f64)) -> bool {
        let (x, y, width, height) = self.visible(place);
        rect.0 >= x && rect.1 >= y && rect.0 + rect.2 <= x + width && rect.1 + rect.3 <= y + height
    }
}

/// Below this scale labels cannot be read.
const LEGIBLE: f64 = 0.45;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let view = View { scale: 1.0, x: 10.0, y: 20.0 };
        let at = (110.0, 70.0);
        let zoomed = view.zoomed(2.0, at);
        let before = ((at.0 - view.x) / view.scale, (at.1 - view.y) / view.scale);
        let after = ((at.0 - zoomed.x) / zoomed.scale, (at.1 - zoomed.y) / zoomed.scale);
        assert!((before.0 - after.0).abs() < 1e-9 && (before.1 - after.1).abs() < 1e-9);
    }
}
