using LibMoE.Runtime.Hosting;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class DrawingSpeedTests
{
    [Fact]
    public void The_first_token_stands_apart_from_the_speed_of_those_after_it() => Assert.Equal(
        "101 tokens: the first after 2.00 s, then 50.0 tokens/s.",
        DrawingSpeed.Say(101, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)));

    [Fact]
    public void One_token_has_no_speed_and_what_was_held_back_is_no_token()
    {
        var speed = new DrawingSpeed();
        speed.Add();
        speed.Add();

        Assert.Equal(1, speed.Tokens);
        Assert.Null(speed.Line);
    }
}
