using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Checkpoints.Layouts.HuggingFace.Vision;

/// <summary>The <c>preprocessor_config.json</c> beside an image encoder.</summary>
internal static partial class StoredProcessor
{
    private const string FileName = "preprocessor_config.json";

    /// <summary>Pillow's numbers.</summary>
    private static readonly Dictionary<int, ImageResampling> Filters = new()
    {
        [2] = ImageResampling.Bilinear,
        [3] = ImageResampling.Bicubic,
    };

    /// <summary>How images are prepared: the family's way, with what the file says otherwise.</summary>
    /// <exception cref="ConfigurationException">The file asks for what is not done here; the message names the setting.</exception>
    /// <exception cref="StorageException">The file states nonsense.</exception>
    public static ImageProcessor Of(IRunFiles files, string folder, ImageProcessor family, VisionConfig encoder)
    {
        var path = Path.Combine(folder, FileName);
        var (processor, size) = (family with { Size = encoder.InputSize }, encoder.ImageSize);
        if (files.Find(path) is null)
        {
            return processor;
        }

        var config = HuggingFaceConfig.Read(files, path);
        var filter = config.Int("resample", Filters.First(row => row.Value == family.Resampling).Key);
        var (mean, std) = (config.Doubles("image_mean"), config.Doubles("image_std"));
        var problems = new List<string>();
        Require(Filters.ContainsKey(filter), "resample", "2 (bilinear) or 3 (bicubic)");
        Require(mean.Count is 0 or 3, "image_mean", "three numbers");
        Require(std.Count is 0 or 3 && std.All(value => value > 0), "image_std", "three numbers above 0");
        Require(config.Double("rescale_factor", 1 / 255.0) is > 0.00392 and < 0.00393, "rescale_factor", "1/255");
        foreach (var step in new[] { "do_resize", "do_rescale", "do_normalize" })
        {
            Require(config.Bool(step, true), step, "true");
        }

        Require(config.Bool("do_convert_rgb", true), "do_convert_rgb", "true");
        Require(config.Bool("do_center_crop", family.Fit == ImageFit.Crop) == (family.Fit == ImageFit.Crop), "do_center_crop",
            family.Fit == ImageFit.Crop ? "true" : "false");
        Require(Sides().Matches(config.Raw("size")).All(IsSize), "size", $"{size}, the encoder's");
        Require(family.Fit != ImageFit.Crop || Sides().Matches(config.Raw("crop_size")).All(IsSize), "crop_size", $"{size}, the encoder's");
        ConfigurationException.ThrowIfAny(problems);
        return processor with
        {
            Resampling = Filters[filter],
            Mean = mean.Count == 3 ? mean : processor.Mean,
            Std = std.Count == 3 ? std : processor.Std,
        };

        bool IsSize(Match side) => side.Value == size.ToString(CultureInfo.InvariantCulture);

        void Require(bool holds, string key, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{path}: {key} is {config.Raw(key)}; images can be prepared where it is {allowed}.");
            }
        }
    }

    /// <summary>A size is a number, or an object with one for each side.</summary>
    [GeneratedRegex(@"\d+")]
    private static partial Regex Sides();
}
