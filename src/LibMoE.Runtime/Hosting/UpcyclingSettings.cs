using System.Globalization;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime;

/// <summary>What the verb <c>upcycle</c> does; configuration section <c>Upcycling</c>.</summary>
public sealed record UpcyclingSettings
{
    /// <summary>The dense model's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>The declared layer that takes the FFNs' place; empty where only one is declared.</summary>
    public string Variant { get; init; } = "";

    /// <summary>Numbers of the blocks that get a mixture, from 0, separated by commas; empty means all.</summary>
    public string Blocks { get; init; } = "";

    /// <summary>See <see cref="UpcyclingOptions.Noise"/>.</summary>
    public double Noise { get; init; }

    /// <summary>See <see cref="UpcyclingOptions.DropFraction"/>.</summary>
    public double DropFraction { get; init; }

    /// <summary>See <see cref="UpcyclingOptions.Split"/>.</summary>
    public int Split { get; init; } = 1;

    /// <summary>See <see cref="UpcyclingOptions.Router"/>.</summary>
    public RouterStart Router { get; init; } = RouterStart.Normal;

    /// <summary>Standard deviation of router weights; null takes the declared one.</summary>
    public double? RouterStd { get; init; }

    /// <summary>See <see cref="UpcyclingOptions.Seed"/>.</summary>
    public long Seed { get; init; }

    /// <summary>Optimiser steps to train the mixture on for; 0 trains none.</summary>
    public int Steps { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. ToOptions().Problems(),
        .. Steps >= 0 ? Array.Empty<string>() : [$"Upcycling:Steps is {Steps}; it must be at least 0."],
        .. Blocks.Length == 0 || Numbers() is not null
            ? Array.Empty<string>()
            : [$"Upcycling:Blocks is '{Blocks}'; it must be numbers of blocks, separated by commas."],
    ];

    /// <summary>The options that they stand for.</summary>
    public UpcyclingOptions ToOptions() => new()
    {
        Blocks = Blocks.Length == 0 ? null : Numbers(),
        Noise = Noise,
        DropFraction = DropFraction,
        Split = Split,
        Router = Router,
        RouterStd = RouterStd,
        Seed = Seed,
    };

    /// <summary>Whether text is needed: to train on, or to find clusters.</summary>
    internal bool NeedsText => Steps > 0 || Router == RouterStart.Clusters;

    /// <summary>The path of the dense model.</summary>
    /// <exception cref="ConfigurationException">None was given.</exception>
    internal string ModelPath() =>
        Model.Length > 0 ? Model : throw new ConfigurationException("Upcycling:Model is empty; it must be the path of a dense model.");

    /// <summary>The declared layer.</summary>
    /// <exception cref="ConfigurationException">There is none of that name, or the name is needed.</exception>
    internal MoeVariant VariantOf(IReadOnlyList<MoeVariant> variants)
    {
        var names = variants.Select(variant => variant.Name).ToList();
        return Variant.Length == 0 && variants is [var only] ? only
            : Variant.Length == 0
            ? throw new ConfigurationException($"Upcycling:Variant is empty; it must be one of {string.Join(", ", names)}.")
            : variants.FirstOrDefault(variant => variant.Name == Variant)
            ?? throw new ConfigurationException(
                $"Upcycling:Variant is '{Variant}', which is not a declared layer; {NearestName.Advice(Variant, names)}.");
    }

    private List<int>? Numbers()
    {
        var numbers = new List<int>();
        foreach (var part in Blocks.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }
}
