package import Network
package import Optimization

/// An objective as a table: which layers are compared with the photograph and the painting, how, and with what weight.
///
/// F are an image's features at a layer, N channels by M positions; P the content picture's. G is the sum over
/// positions of F F^T, A the style picture's, over M' positions, and m the mean of its features. Two recipes differ in
/// their values, not in their code.
package struct Recipe: Sendable, Equatable {
  /// How far the features are from the photograph's.
  package struct ContentTerm: Sendable, Equatable {
    package enum Normalization: Sendable {
      /// sum (F - P)^2
      case sum
      /// mean (F - P)^2
      case mean
      /// mean (F - P)^2 / mean P^2, the divisor at least a quarter of a black picture's.
      case relative
    }

    package var layer: LayerName
    package var weight: Double
    package var normalization: Normalization
  }

  /// How far the Gram matrix is from the painting's.
  package struct StyleTerm: Sendable, Equatable {
    package enum Normalization: Sendable {
      /// sum (G - A)^2 / (36 (H W)^2), for an image of H x W pixels; where parts of a picture are not seen, or the
      /// style picture has another size, G and A as they would be if all of the image's positions were like those seen.
      case imageArea
      /// mean (G/M - A/M')^2
      case positions
      /// mean (G/(M N) - A/(M' N))^2
      case positionsAndChannels
      /// sum (G/M - A/M')^2 / sum (A/M')^2 with F - m in place of F throughout: what the features have in common says
      /// little of a painting's texture, and would be most of a Gram matrix (see Novak and Nikulin 2016, "Activation
      /// shift", who take off a constant). What it is divided by is at least a fiftieth of that with F.
      case centered
    }

    package var layer: LayerName
    package var weight: Double
    package var normalization: Normalization
  }

  /// How rough the image is: (dx^2 + dy^2)^exponent with dx = n[i,j] - n[i,j+1], dy = n[i,j] - n[i+1,j] over the
  /// (H-1) x (W-1) pixels that have both neighbours and the three channels, n the image in [0, `range`]. Of a picture
  /// with transparency, each as much as its pixel and both neighbours can be seen.
  package struct Variation: Sendable, Equatable {
    package enum Normalization: Sendable { case sum, mean }

    package var weight: Double
    package var exponent: Double
    package var range: Double
    package var normalization: Normalization
  }

  /// How far light and colour are, at large, from the photograph's: mean (B x - B P)^2 over the variance of B P, this
  /// counted as 0.002 at least, B a mean over each of the cells that a picture is divided into. Features say little of
  /// where a picture is light and where it is dark: without this term style shares out its colours anew, in patches
  /// that end where nothing in the photograph does. See `ToneLoss`.
  package struct Tone: Sendable, Equatable {
    package var weight: Double
    /// Along the long side.
    package var cells: Int
  }

  /// How a style picture is brought to the size it is looked at.
  package enum StyleSize: Sendable {
    /// Stretched to the content's width and height.
    case stretched
    /// To the content's area, its proportions kept.
    case proportional
  }

  /// The way the recipe was published to be run: one scale, on the image in [0, 255].
  package struct Original: Sendable, Equatable {
    package enum Start: Sendable {
      case content
      /// Gray with a little noise.
      case noise
    }

    package enum Method: Sendable, Equatable {
      case gradientDescent(GradientDescent.Schedule)
      case adam(Adam.Parameters)
      /// `torch.optim.LBFGS` without a line search.
      case lbfgs(rate: Double, history: Int)
    }

    package var start: Start
    package var method: Method
    package var iterations: Int
    /// Whether each point is brought back into the range of a picture.
    package var isClipped: Bool
    /// Whether the point with the lowest loss is the result, and not the last.
    package var keepsBest: Bool
  }

  package let name: String
  package var content: [ContentTerm]
  package var style: [StyleTerm]
  package var variation: Variation?
  package var tone: Tone?
  /// Which part of the way to the painting's mean and covariance the photograph's colours are moved before it is looked
  /// at as content, 0 to 1. Where the colours agree already, style need not move areas of colour about to have them.
  package var palette = 0.0
  package var pooling = Pooling.max
  package var padding = Padding.zero
  /// The side in pixels of a square as large as the largest picture that the weights of content and tone are for; nil
  /// if they are for all. In a larger one they are as many times smaller as its side is longer: it shows the
  /// photograph's texture in ever finer detail, and the same weights would hold on to it where the painting's strokes
  /// belong.
  package var contentSide: Double?
  /// Content weighs r^-`coarseContent` times as much at a scale whose sides are r of those of the painting it leads to
  /// (of the largest before doubling). What a coarse scale draws, the finer ones only fill in: lines across a face, a
  /// church on a lake.
  package var coarseContent = 0.0
  /// How many pixels along each border style statistics leave out: replicated, a border would be seen several times by
  /// each convolution, and style would gather there in a band; and what is cut off, see `bleed`, is to take no style
  /// away from what is left, but for the two pixels next to it. See `margin(at:of:_:)`.
  package var styleMargin = 0
  /// How many pixels beyond each border are painted, the photograph's mirror image, and cut off, as printers do. Those
  /// next to a border lie in fewer of the windows that style is measured by than others: on even paper they would become
  /// lines of odd colours.
  package var bleed = 0
  /// Whether a style layer is left out at the scales where its map has too few positions. See `at(_:part:in:)`.
  package var leavesOutSmallMaps = false
  package var styleSize = StyleSize.proportional
  /// nil where the recipe's own way is from coarse to fine.
  package var original: Original?

  /// Every layer that a term looks at.
  package var layers: Set<LayerName> { Set(content.map(\.layer) + style.map(\.layer)) }
}
