namespace LibMoE.Runtime;

/// <summary>The model's routing at one moment of training, on the same held-out tokens at every point.</summary>
public sealed record TrainingPoint
{
    /// <summary>Optimiser steps done.</summary>
    public required int Step { get; init; }

    /// <summary>The share of all steps that are done, from 0 to 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>Loss on the held-out tokens, in nats per token.</summary>
    public double? Loss { get; init; }

    /// <summary>Scores by task, higher being better; empty where nothing was evaluated.</summary>
    public IReadOnlyDictionary<string, double> Tasks { get; init; } = new Dictionary<string, double>();

    /// <summary>The MoE blocks, from the first to the last.</summary>
    public required IReadOnlyList<BlockPoint> Blocks { get; init; }

    /// <summary>‖θ − θ'‖/‖θ'‖ by group (<c>router</c>, <c>experts</c>, …), θ' being the point before; empty at the first point or where it
    /// was not measured.</summary>
    public IReadOnlyDictionary<string, double?> Drift { get; init; } = new Dictionary<string, double?>();
}

/// <summary>One MoE block at one moment of training.</summary>
public sealed record BlockPoint
{
    /// <summary>[E] shares of the picks, or of the combine weight where there are none.</summary>
    public required IReadOnlyList<double> Share { get; init; }

    /// <summary>The balancing terms by name, coefficient applied.</summary>
    public IReadOnlyDictionary<string, double> Losses { get; init; } = new Dictionary<string, double>();

    /// <summary>Share of slots whose expert is another than at the point before; null at the first point.</summary>
    public double? ChangeRateBySlots { get; init; }

    /// <summary>Share of picks that the point before did not have; null at the first point.</summary>
    public double? ChangeRateBySets { get; init; }

    /// <summary>Share of the final first picks that are first picks here; 1 at the last point.</summary>
    public double? SaturationTop1 { get; init; }

    /// <summary>Share of the final picks that are picks here; 1 at the last point.</summary>
    public double? SaturationTopK { get; init; }

    /// <summary>Share of slots that hold the final expert at the same rank (LibMoE's vision toolkit).</summary>
    public double? SaturationBySlots { get; init; }

    /// <summary>Overlap of each token id's six most frequent experts with the final ones (LibMoE's language script).</summary>
    public double? SaturationByTokenId { get; init; }
}
