using LibMoE.Runtime.Kernels.Lanes;
using LibMoE.Runtime.Kernels.Matmul;
using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Kernels.Backbone.Attending;

/// <summary>The forward pass: each head of each sequence is a part of its own.</summary>
internal sealed unsafe class ForwardPass<TLanes>(AttentionSizes sizes) : WorkerTask
    where TLanes : struct, ILanes<TLanes>
{
    private const int Queries = QueryTile.Queries;

    private byte* _scratch;

    public HeadTensor Query { get; init; }

    public HeadTensor Key { get; init; }

    public HeadTensor Value { get; init; }

    public HeadTensor Output { get; init; }

    public SoftmaxSums Sums { get; init; }

    private long ScratchBytes => RentedBuffer.Aligned(
        sizeof(float) * ((long)sizes.FilledKeys * (sizes.Channels + sizes.ValueChannels + Queries)
            + Queries * (2L * sizes.Channels + sizes.ValueChannels + 2)));

    public void Run(TorchLibrary torch)
    {
        var parts = sizes.Sequences * sizes.Heads;
        var workers = Math.Min(Math.Min(parts, RentedBuffer.Most(ScratchBytes)), Workers(sizes.Operations));
        using var scratch = new RentedBuffer(workers * ScratchBytes);
        _scratch = scratch.Pointer;
        Run(torch, parts, workers);
    }

    protected override void Run(int part, int worker)
    {
        var (sequence, head) = (part / sizes.Heads, part % sizes.Heads);
        var (channels, valueChannels, filled) = (sizes.Channels, sizes.ValueChannels, sizes.FilledKeys);
        var keys_PC = (float*)(_scratch + worker * ScratchBytes);
        var values_PW = keys_PC + (long)filled * channels;
        var weights_PQ = values_PW + (long)filled * valueChannels;
        var queries_QC = weights_PQ + (long)filled * Queries;
        var turned_CQ = queries_QC + Queries * channels;
        var mixed_QW = turned_CQ + Queries * channels;
        var largest_Q = mixed_QW + Queries * valueChannels;
        var inverse_Q = largest_Q + Queries;
        TileRows<TLanes>.Pack(Key.Of(sequence, head / sizes.Sharing), sizes.Keys, filled, channels, 1, keys_PC);
        TileRows<TLanes>.Pack(Value.Of(sequence, head / sizes.Sharing), sizes.Keys, filled, valueChannels, 1, values_PW);
        var (queries, output) = (Query.Of(sequence, head), Output.Of(sequence, head));
        for (var i = 0; i < sizes.Tiles; i++)
        {
            var tile = new QueryTile(sizes, i);
            TileRows<TLanes>.Pack(queries.Row(tile.First), tile.Count, Queries, channels, sizes.Scale, queries_QC);
            TileRows<TLanes>.Turn(queries_QC, channels, turned_CQ);
            var keys = new Strided(keys_PC, channels, 1).Row(tile.FirstKey);
            TileProduct<TLanes>.Multiply(keys, turned_CQ, Queries, tile.Keys, Queries, channels, Store.Over, weights_PQ, Queries);
            TileWeights<TLanes>.Mask(tile, weights_PQ);
            TileWeights<TLanes>.Softmax(weights_PQ, tile.Keys, largest_Q, inverse_Q);
            TileMix<TLanes>.Queries(tile, weights_PQ, values_PW, valueChannels, mixed_QW);
            TileRows<TLanes>.Unpack(mixed_QW, tile.Count, valueChannels, inverse_Q, output.Row(tile.First));
            Sums.Keep(part, tile, largest_Q, inverse_Q);
        }
    }
}
