using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>The backward pass: each head of keys of each sequence is a part of its own, so that the gradients of keys and values are sums
/// in one order, head by head and tile by tile.</summary>
internal sealed unsafe class BackwardPass<TLanes>(AttentionSizes sizes) : WorkerTask
    where TLanes : struct, ILanes<TLanes>
{
    private const int Queries = QueryTile.Queries;

    private byte* _scratch;

    public HeadTensor Query { get; init; }

    public HeadTensor Key { get; init; }

    public HeadTensor Value { get; init; }

    /// <summary>The gradient to the output.</summary>
    public HeadTensor Upstream { get; init; }

    public SoftmaxSums Sums { get; init; }

    /// <summary>Null where nobody asks, as the next two.</summary>
    public HeadTensor? DQuery { get; init; }

    public HeadTensor? DKey { get; init; }

    public HeadTensor? DValue { get; init; }

    private long ScratchBytes => RentedBuffer.Aligned(
        sizeof(float) * (2L * sizes.FilledKeys * (sizes.Channels + sizes.ValueChannels + Queries)
            + Queries * (3L * sizes.Channels + 2L * sizes.ValueChannels + 2)));

    public void Run(TorchLibrary torch)
    {
        // Five products in the place of two.
        var parts = sizes.Sequences * sizes.KeyHeads;
        var workers = Math.Min(Math.Min(parts, RentedBuffer.Most(ScratchBytes)), Workers(5 * sizes.Operations / 2));
        using var scratch = new RentedBuffer(workers * ScratchBytes);
        _scratch = scratch.Pointer;
        Run(torch, parts, workers);
    }

    protected override void Run(int part, int worker)
    {
        var (sequence, keyHead) = (part / sizes.KeyHeads, part % sizes.KeyHeads);
        var (channels, valueChannels, filled) = (sizes.Channels, sizes.ValueChannels, sizes.FilledKeys);
        var memory = new Memory(sizes, (float*)(_scratch + worker * ScratchBytes));
        TileRows<TLanes>.Pack(Key.Of(sequence, keyHead), sizes.Keys, filled, channels, 1, memory.Keys_PC);
        TileRows<TLanes>.Pack(Value.Of(sequence, keyHead), sizes.Keys, filled, valueChannels, 1, memory.Values_PW);
        new Span<float>(memory.DKeys_PC, filled * (channels + valueChannels)).Clear();
        for (var head = keyHead * sizes.Sharing; head < (keyHead + 1) * sizes.Sharing; head++)
        {
            for (var i = 0; i < sizes.Tiles; i++)
            {
                Add(sequence, head, new QueryTile(sizes, i), memory);
            }
        }

        if (DKey is { } dKey)
        {
            TileRows<TLanes>.Unpack(memory.DKeys_PC, sizes.Keys, channels, 1, dKey.Of(sequence, keyHead));
        }

        if (DValue is { } dValue)
        {
            TileRows<TLanes>.Unpack(memory.DValues_PW, sizes.Keys, valueChannels, 1, dValue.Of(sequence, keyHead));
        }
    }

    /// <summary>The gradients of a tile's queries, and what the tile adds to those of its keys and values.</summary>
    private void Add(int sequence, int head, in QueryTile tile, in Memory memory)
    {
        var (channels, valueChannels) = (sizes.Channels, sizes.ValueChannels);
        TileRows<TLanes>.Pack(
            Query.Of(sequence, head).Row(tile.First), tile.Count, Queries, channels, sizes.Scale, memory.Queries_QC);
        TileRows<TLanes>.Pack(
            Upstream.Of(sequence, head).Row(tile.First), tile.Count, Queries, valueChannels, 1, memory.Upstream_QW);
        Sums.Load(sequence * sizes.Heads + head, tile, memory.Largest_Q, memory.Inverse_Q);

        TileRows<TLanes>.Turn(memory.Queries_QC, channels, memory.Turned);
        var keys = new Strided(memory.Keys_PC, channels, 1).Row(tile.FirstKey);
        TileProduct<TLanes>.Multiply(keys, memory.Turned, Queries, tile.Keys, Queries, channels, Store.Over, memory.Weights_PQ, Queries);
        TileWeights<TLanes>.Mask(tile, memory.Weights_PQ);

        TileRows<TLanes>.Turn(memory.Upstream_QW, valueChannels, memory.Turned);
        var values = new Strided(memory.Values_PW, valueChannels, 1).Row(tile.FirstKey);
        TileProduct<TLanes>.Multiply(
            values, memory.Turned, Queries, tile.Keys, Queries, valueChannels, Store.Over, memory.Gradients_PQ, Queries);
        TileWeights<TLanes>.Backward(memory.Weights_PQ, memory.Gradients_PQ, tile.Keys, memory.Largest_Q, memory.Inverse_Q);

        if (DValue is not null)
        {
            TileMix<TLanes>.Keys(tile, memory.Weights_PQ, memory.Upstream_QW, valueChannels, memory.DValues_PW);
        }

        if (DKey is not null)
        {
            TileMix<TLanes>.Keys(tile, memory.Gradients_PQ, memory.Queries_QC, channels, memory.DKeys_PC);
        }

        if (DQuery is { } dQuery)
        {
            TileMix<TLanes>.Queries(tile, memory.Gradients_PQ, memory.Keys_PC, channels, memory.DQueries_QC);
            TileRows<TLanes>.Unpack(memory.DQueries_QC, tile.Count, channels, sizes.Scale, dQuery.Of(sequence, head).Row(tile.First));
        }
    }

    /// <summary>The scratch memory of a part.</summary>
    private readonly struct Memory
    {
        public Memory(AttentionSizes sizes, float* start)
        {
            var (keys, values) = ((long)sizes.FilledKeys * sizes.Channels, (long)sizes.FilledKeys * sizes.ValueChannels);
            Keys_PC = start;
            Values_PW = Keys_PC + keys;
            DKeys_PC = Values_PW + values;
            DValues_PW = DKeys_PC + keys;
            Weights_PQ = DValues_PW + values;
            Gradients_PQ = Weights_PQ + (long)sizes.FilledKeys * Queries;
            Queries_QC = Gradients_PQ + (long)sizes.FilledKeys * Queries;
            Upstream_QW = Queries_QC + Queries * sizes.Channels;
            Turned = Upstream_QW + Queries * sizes.ValueChannels;
            DQueries_QC = Turned + Queries * Math.Max(sizes.Channels, sizes.ValueChannels);
            Largest_Q = DQueries_QC + Queries * sizes.Channels;
            Inverse_Q = Largest_Q + Queries;
        }

        public float* Keys_PC { get; }

        public float* Values_PW { get; }

        public float* DKeys_PC { get; }

        public float* DValues_PW { get; }

        public float* Weights_PQ { get; }

        public float* Gradients_PQ { get; }

        /// <summary>Times α.</summary>
        public float* Queries_QC { get; }

        public float* Upstream_QW { get; }

        /// <summary>Queries, then the gradients to outputs, with channels as rows.</summary>
        public float* Turned { get; }

        public float* DQueries_QC { get; }

        public float* Largest_Q { get; }

        public float* Inverse_Q { get; }
    }
}
