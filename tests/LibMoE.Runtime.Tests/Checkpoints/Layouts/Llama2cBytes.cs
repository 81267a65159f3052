namespace LibMoE.Runtime.Tests.Checkpoints.Layouts;

/// <summary>
/// A model of random numbers as llama2.c's C program maps it in memory (<c>run.c</c>, <c>memory_map_weights</c>): header, then each kind of
/// matrix for all blocks. The same numbers go into a state dict of plain arrays, for the oracle.
/// </summary>
internal sealed class Llama2cBytes
{
    private readonly List<byte> _file = [];
    private readonly Random _random;

    public Llama2cBytes(ModelConfig config, int seed)
    {
        _random = new Random(seed);
        var (dim, hidden, layers) = (config.Dim, config.Hidden, config.Layers);
        var keyValue = dim / config.Heads * config.KeyValueHeadCount;
        int[] header = [dim, hidden, layers, config.Heads, config.KeyValueHeadCount,
            config.TieEmbeddings ? config.Vocabulary : -config.Vocabulary, config.Context];
        Array.ForEach(header, number => _file.AddRange(BitConverter.GetBytes(number)));
        State["embedding.weight"] = Write(config.Vocabulary * dim, 1);
        Blocks("attention_norm.weight", dim, 1);
        Blocks("attention.query.weight", dim * dim, 0.3);
        Blocks("attention.key.weight", keyValue * dim, 0.3);
        Blocks("attention.value.weight", keyValue * dim, 0.3);
        Blocks("attention.output.weight", dim * dim, 0.3);
        Blocks("ffn_norm.weight", dim, 1);

        // w1 is the gate, w3 the up projection, [H, D] both; ours is [D, 2H], gate first. w2 is [D, H]; ours is [H, D].
        var gates = Enumerable.Range(0, layers).Select(_ => Write(hidden * dim, 0.5)).ToList();
        var downs = Enumerable.Range(0, layers).Select(_ => Write(dim * hidden, 0.5)).ToList();
        var ups = Enumerable.Range(0, layers).Select(_ => Write(hidden * dim, 0.5)).ToList();
        for (var block = 0; block < layers; block++)
        {
            var gateUp = new double[dim * 2 * hidden];
            var down = new double[hidden * dim];
            for (var unit = 0; unit < hidden; unit++)
            {
                for (var channel = 0; channel < dim; channel++)
                {
                    gateUp[(channel * 2 * hidden) + unit] = gates[block][(unit * dim) + channel];
                    gateUp[(channel * 2 * hidden) + hidden + unit] = ups[block][(unit * dim) + channel];
                    down[(unit * dim) + channel] = downs[block][(channel * hidden) + unit];
                }
            }

            State[$"blocks.{block}.ffn.gate_up"] = gateUp;
            State[$"blocks.{block}.ffn.down"] = down;
        }

        State["norm.weight"] = Write(dim, 1);
        _file.AddRange(new byte[config.Context * (dim / config.Heads / 2) * 2 * sizeof(float)]);
        if (!config.TieEmbeddings)
        {
            State["head.weight"] = Write(config.Vocabulary * dim, 0.3);
        }

        void Blocks(string name, int count, double scale)
        {
            for (var block = 0; block < layers; block++)
            {
                State[$"blocks.{block}.{name}"] = Write(count, scale);
            }
        }
    }

    public byte[] File => [.. _file];

    public Dictionary<string, double[]> State { get; } = [];

    private double[] Write(int count, double scale)
    {
        var numbers = Enumerable.Range(0, count).Select(_ => (float)(scale * ((2 * _random.NextDouble()) - 1))).ToArray();
        Array.ForEach(numbers, number => _file.AddRange(BitConverter.GetBytes(number)));
        return Array.ConvertAll(numbers, number => (double)number);
    }
}
