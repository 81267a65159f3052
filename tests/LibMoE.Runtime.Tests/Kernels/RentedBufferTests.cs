using LibMoE.Runtime.Kernels.Native;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>Scratch memory is one array, which has a greatest length.</summary>
public sealed class RentedBufferTests
{
    private const long Alignment = 64;

    [Theory]
    [InlineData(64)]
    [InlineData(9_502_720)]
    [InlineData(1L << 30)]
    public void As_many_pieces_fit_as_an_array_with_its_alignment_has_room_for_and_no_more(long bytes)
    {
        long most = RentedBuffer.Most(bytes);

        Assert.True(most * bytes + Alignment <= Array.MaxLength);
        Assert.True((most + 1) * bytes + Alignment > Array.MaxLength);
    }

    [Fact]
    public void No_piece_fits_that_is_longer_than_any_array() => Assert.Equal(0, RentedBuffer.Most(1L << 40));
}
