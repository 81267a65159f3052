namespace LibMoE.Runtime.Training;

/// <summary>Adds up picks and balancing terms, block by block.</summary>
internal sealed class BlockMeter
{
    private readonly LoadMeter _load = new();
    private readonly List<Dictionary<string, double>> _losses = [];
    private int _steps;

    /// <summary>What was added since the last time; setting it continues from there.</summary>
    public BlockMeterState State
    {
        get => new(_steps, _load.Totals, [.. _losses.Select(losses => losses.ToDictionary())]);
        set
        {
            (_steps, _load.Totals) = (value.Steps, value.Picks);
            _losses.Clear();
            _losses.AddRange(value.Losses.Select(losses => losses.ToDictionary()));
        }
    }

    /// <summary>Adds a step.</summary>
    public void Add(StepFigures figures)
    {
        _steps++;
        _load.Add(figures.Picks);
        foreach (var (block, losses) in figures.Losses.Index())
        {
            if (block == _losses.Count)
            {
                _losses.Add([]);
            }

            foreach (var (name, value) in losses)
            {
                _losses[block][name] = _losses[block].GetValueOrDefault(name) + value;
            }
        }
    }

    /// <summary>What was added since the last time, one entry per MoE block.</summary>
    public IReadOnlyList<BlockProgress> Take()
    {
        var picks = _load.TakeBlocks();
        IReadOnlyList<BlockProgress> blocks =
        [
            .. _losses.Select((losses, block) => new BlockProgress(
                picks[block], losses.ToDictionary(loss => loss.Key, loss => loss.Value / _steps))),
        ];
        _losses.Clear();
        _steps = 0;
        return blocks;
    }
}
