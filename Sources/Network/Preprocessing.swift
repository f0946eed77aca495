/// How a pixel becomes the network's input, which is as the weights were trained:
/// n_c = (scale x_c - mean_c) / deviation_c for each channel c in the network's own order, x in R'G'B', 0 to 1.
package struct Preprocessing: Sendable, Equatable {
  /// The order of the network's three input channels; `bgr` is the reverse of a pixel's.
  package enum Channels: String, Sendable {
    case rgb = "RGB"
    case bgr = "BGR"
  }

  package let channels: Channels
  package let scale: Float
  /// In the network's order of channels.
  package let mean: SIMD3<Float>
  /// In the network's order of channels; each is positive.
  package let deviation: SIMD3<Float>

  package init(channels: Channels, scale: Float, mean: SIMD3<Float>, deviation: SIMD3<Float> = .one) {
    self.channels = channels
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
  }

  /// That of the weights Simonyan and Zisserman published with Caffe, and of Keras: BGR, 0 to 255, mean taken off.
  package static let caffe = Self(channels: .bgr, scale: 255, mean: [103.939, 116.779, 123.68])

  /// That of the weights torchvision trained: RGB, 0 to 1, ImageNet's mean and deviation taken out.
  package static let torchvision = Self(
    channels: .rgb, scale: 1, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

  /// Which channel of a pixel (0 red, 1 green, 2 blue) is the network's channel `c`; its own inverse.
  package func pixelChannel(of c: Int) -> Int { channels == .bgr ? 2 - c : c }
}
